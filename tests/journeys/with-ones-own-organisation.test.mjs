// The police have accounts of their own: a detective constable signs in with hers, in Chromium, at a real identity
// provider. Whom it does not know here, and who has left, is not let in; and when it is down the page says so.
import assert from 'node:assert/strict'
import { organisation } from './organisation.mjs'
import { story } from './world.mjs'

const POLICE = 'North Fylding Police'

/** Where the police's provider has to send people back to, as the Business Unit reads it. */
async function comesBackTo(jo) {
  await jo.go('/agencies')
  await jo.follow(POLICE)
  await jo.follow('How its staff sign in with its own accounts')
  await jo.picture('identity-provider')
  const page = await jo.page.locator('main').innerText()
  const [address] = page.match(/http\S+\/sign-in\/organisation\?agency=\S+/)
  assert.ok(address.startsWith(jo.world.address), address)
  return address
}

/** The Business Unit sets the provider up for the police. */
async function isSetUp(jo, there) {
  await jo.type('Issuer', `${there.issuer}/somewhere-else`)
  await jo.type('Client ID', there.client.id)
  await jo.type('Client secret', there.client.secret)
  await jo.select('Email addresses that count the first time', 'Those that it calls verified')
  await jo.select('Second step', 'The provider asks for one, and says so each time')
  await jo.press('Save')
  await jo.reads('What answers there is no identity provider')
  await jo.picture('identity-provider-wrong')
  await jo.type('Issuer', there.issuer)
  await jo.type('Client secret', there.client.secret)
  await jo.press('Save')
  await jo.reads('The agency’s sign-in was saved')
  await jo.doesNotRead(there.client.secret)
  await jo.picture('identity-provider-set')
}

/** Goes to the police's own sign-in: by a page that leads on by itself. */
async function goes(person) {
  await person.go('/sign-in')
  await person.press('Sign in with your organisation')
  await person.page.getByRole('button', { name: POLICE }).click()
}

/** Signs in there with that account, and comes back. */
async function comesBack(person, account, words) {
  await goes(person)
  await person.page.getByLabel('Account').fill(account)
  await person.page.getByRole('button', { name: 'Sign in' }).click()
  await person.reads(words)
  await person.page.waitForLoadState()
  await person.passesAxe()
}

story('a detective signs in with the account that she has at the police', async (world) => {
  const jo = await world.signIn('jo@unit.example')
  const there = await organisation('Sign-in of the police', await comesBackTo(jo), {
    'pl-4711': 'petra@police.example',
    'xx-0815': 'nobody@police.example',
    'hy-0001': 'halima@health.example',
  })
  try {
    await isSetUp(jo, there)

    const petra = await world.somebody()
    await petra.go('/sign-in')
    await petra.picture('sign-in')
    await petra.press('Sign in with your organisation')
    await petra.picture('sign-in-with-your-organisation')
    await comesBack(petra, 'pl-4711', 'Start a request for support')
    assert.equal(new URL(petra.page.url()).pathname, '/')
    await petra.go('/session')
    await petra.reads('You are signed in by it now')
    await petra.picture('your-organisations-sign-in')
    await petra.press('Sign out')
    await petra.reads('but not of your organisation’s own sign-in')
    await petra.picture('still-signed-in-there')

    // Whom the police know and Sightline does not, and somebody of another agency: the same words.
    for (const account of ['xx-0815', 'hy-0001']) {
      await comesBack(await world.somebody({ javaScriptEnabled: false }), account, 'Nobody was signed in')
    }
    const other = await world.somebody()
    await comesBack(other, 'xx-0815', 'Nobody was signed in')
    await other.picture('nobody-was-signed-in')
    // Whom the police take him for is not the end of it: tried again, he is asked who he is.
    await other.follow('Try again')
    await other.page.getByRole('button', { name: POLICE }).click()
    await other.page.getByRole('button', { name: 'Sign in' }).waitFor()
    await other.page.getByRole('button', { name: 'Cancel' }).click()
    await other.reads('Your organisation did not sign you in')
    await other.passesAxe()
    await other.picture('not-signed-in-there')

    // She leaves, and her account there is still open.
    await jo.go('/agencies')
    await jo.follow(POLICE)
    await jo.follow('Petra Lindqvist-Demo')
    await jo.reads('Their agency’s own sign-in')
    await jo.picture('staff-connected')
    await jo.follow('Say on which day they leave')
    await jo.today('left')
    await jo.press('Save the day')
    await comesBack(await world.somebody(), 'pl-4711', 'Nobody was signed in')

    await there.stops()
    await goes(other)
    await other.reads('Your organisation’s sign-in does not answer')
    await other.passesAxe()
    await other.picture('organisation-does-not-answer')
    await other.follow('Sign in with your password or a passkey instead')
    assert.ok(!world.log.includes('police.example') && !world.log.includes('4711'), world.log)
  } finally {
    await there.stops()
  }
})
