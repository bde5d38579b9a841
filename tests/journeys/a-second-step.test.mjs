// A lead on a shared computer makes her account her own: an app, a printed list, another password.
import { createHmac } from 'node:crypto'
import { story } from './world.mjs'

/** What an authenticator app with this key shows now, so many half minutes later (RFC 6238). */
function shown(letters, later = 0) {
  const bits = [...letters].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)))
  const moment = Buffer.alloc(8)
  moment.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later))
  const mac = createHmac('sha1', key).update(moment).digest()
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

story('an account is looked after by the one whose it is', async (world) => {
  const tamsin = await world.signIn('tamsin@marram.example')
  await tamsin.go('/session')
  await tamsin.picture('your-account')
  await tamsin.press('Set up an app')
  await tamsin.picture('set-up-an-app')
  const letters = (await tamsin.page.locator('.govuk-inset-text').innerText()).replace(/\s/g, '')
  await tamsin.type('Code', '000000')
  await tamsin.press('Use this app from now on')
  await tamsin.reads('That code is not right')
  await tamsin.type('Code', shown(letters))
  await tamsin.press('Use this app from now on')
  await tamsin.reads('you are asked for a code after your password')

  await tamsin.press('Print a list of codes')
  await tamsin.picture('a-list-of-codes')
  const codes = await tamsin.page.locator('.app-codes li').allInnerTexts()
  await tamsin.type('Enter the first code, so that we know that you have the list', codes[0])
  await tamsin.press('Use this list from now on')
  await tamsin.reads('23 codes left')

  await tamsin.follow('Choose another password')
  await tamsin.type('Your password now', 'demo-only-password')
  await tamsin.type('New password', 'passwordpassword')
  await tamsin.press('Use the new password')
  await tamsin.reads('harder to guess')
  await tamsin.picture('another-password')
  await tamsin.type('Your password now', 'demo-only-password')
  await tamsin.type('New password', 'copper lantern seventeen herons')
  await tamsin.press('Use the new password')
  await tamsin.reads('Where you are signed in')
  await tamsin.press('Sign out')

  for (const code of [shown(letters, 1), codes[1]]) {
    await tamsin.type('Email address', 'tamsin@marram.example')
    await tamsin.type('Password', 'copper lantern seventeen herons')
    await tamsin.press('Sign in')
    await tamsin.reads('Code from your app, or from your printed list')
    await tamsin.picture('enter-a-code')
    await tamsin.type('Code from your app, or from your printed list', code)
    await tamsin.press('Continue')
    await tamsin.reads('Your work')
    await tamsin.go('/session')
    await tamsin.press('Sign out')
  }
})
