// A nursery lead on a shared tablet, without a phone: a passkey on the tablet signs her in without a
// password, and a plain security key after it. The authenticators are Chromium's own, virtual ones.
import assert from 'node:assert/strict'
import { story } from './world.mjs'

/** A device in somebody's browser: a tablet that verifies whose it is, or a plain key. */
async function device(person, { verifies }) {
  const cdp = await person.page.context().newCDPSession(person.page)
  await cdp.send('WebAuthn.enable')
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: verifies ? 'internal' : 'usb',
      hasResidentKey: verifies,
      hasUserVerification: verifies,
      isUserVerified: verifies,
      automaticPresenceSimulation: true,
    },
  })
  return {
    gone: () => cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId }),
    unlocked: (is) => cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: is }),
  }
}

/** Presses what leads to a page on which the device answers by itself, and on to what it opens. */
async function leadsOn(person, name, words) {
  await person.page.getByRole('button', { name, exact: true }).click()
  await person.reads(words)
  await person.page.waitForLoadState()
  await person.passesAxe()
}

async function adds(person, name) {
  await person.go('/session/passkeys/new')
  await person.type('What do you call it?', name)
  await person.type('Your password', 'demo-only-password')
  await leadsOn(person, 'Continue', 'The passkey was added')
}

story('a nursery lead signs in with a passkey on the tablet', async (world) => {
  const tamsin = await world.signIn('tamsin@marram.example')
  const tablet = await device(tamsin, { verifies: true })
  await tamsin.go('/session')
  await tamsin.follow('Add a passkey')
  await tamsin.picture('add-a-passkey')
  await tamsin.type('What do you call it?', 'Tablet in the nursery office')
  await tamsin.type('Your password', 'not mine')
  await tamsin.press('Continue')
  await tamsin.reads('That is not your password now')
  await adds(tamsin, 'Tablet in the nursery office')
  await tamsin.reads('Signing in by itself, or after your password')
  await tamsin.picture('your-passkeys')
  const letter = await world.letterTo('tamsin@marram.example')
  assert.ok(!/passkey|tablet/i.test(letter.words), letter.words)
  await tamsin.go('/')
  await tamsin.reads('was added to your account')
  await tamsin.picture('a-passkey-was-added')

  await tamsin.go('/session')
  await tamsin.press('Sign out')
  await tamsin.picture('sign-in-with-a-passkey')
  await leadsOn(tamsin, 'Sign in with a passkey', 'Start a request for support')
  await tamsin.go('/break-glass')
  await tamsin.doesNotRead('You are asked for your passkey')

  // Somebody else holds the tablet, and can't unlock it.
  await tamsin.go('/session')
  await tamsin.press('Sign out')
  await tablet.unlocked(false)
  await leadsOn(tamsin, 'Sign in with a passkey', 'That was cancelled, took too long')
  await tamsin.passesAxe()
  await tamsin.picture('use-your-passkey')
  await tablet.unlocked(true)
  await leadsOn(tamsin, 'Use the passkey', 'Start a request for support')

  // The only second step stays until there is another.
  await tamsin.go('/session')
  await tamsin.follow('Remove “Tablet in the nursery office”')
  await tamsin.picture('remove-a-passkey')
  await tamsin.press('Remove it')
  await tamsin.reads('This is the only second step that you have')
  await tamsin.picture('the-last-second-step')

  await tablet.gone()
  const key = await device(tamsin, { verifies: false })
  await adds(tamsin, 'Key on my ring')
  await tamsin.reads('Signing in after your password, in place of a code')
  await tamsin.follow('Remove “Tablet in the nursery office”')
  await tamsin.press('Remove it')
  await tamsin.reads('The passkey was removed')
  await tamsin.press('Sign out')
  await tamsin.signsIn('tamsin@marram.example')
  await tamsin.reads('Use your passkey or security key')
  await tamsin.picture('a-key-after-the-password')
  await leadsOn(tamsin, 'Use a passkey or security key', 'Start a request for support')
  await key.gone()
})

story('without scripts a passkey says what works instead', async (world) => {
  const tamsin = await world.somebody({ javaScriptEnabled: false })
  await tamsin.go('/sign-in')
  await tamsin.press('Sign in with a passkey')
  await tamsin.reads('A passkey needs JavaScript')
  await tamsin.picture('a-passkey-without-scripts')
  await tamsin.follow('Sign in with your password')
  await tamsin.signsIn('tamsin@marram.example')
  await tamsin.go('/session/passkeys/new')
  await tamsin.reads('A passkey needs JavaScript; without it')
  await tamsin.picture('adding-a-passkey-without-scripts')
}, { on: ['SQLite'] })
