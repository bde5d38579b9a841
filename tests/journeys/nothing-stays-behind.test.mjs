// A tablet that several people use: somebody works, signs out, and whoever has it next goes back and looks
// into what the browser keeps. Nothing is there (threat model, V10).
import assert from 'node:assert/strict'
import { story } from './world.mjs'

/** What is opened, twenty pages: the last are asked for by what is on the queue. */
const PAGES = ['/', '/session', '/session/password', '/session/conflicts', '/hub', '/hub?show=unclaimed',
  '/hub?show=danger', '/contacts/by-telephone', '/figures', '/people', '/may-be-the-same', '/data-requests',
  '/data-requests/new', '/ask', '/break-glass', '/timescales', '/timescales/calculator']

/** What the browser keeps of us, but for cookies. */
const kept = () => (async () => ({
  caches: await caches.keys(),
  databases: (await indexedDB.databases()).map((one) => one.name),
  local: Object.keys(localStorage),
  session: Object.keys(sessionStorage),
  workers: (await navigator.serviceWorker.getRegistrations()).length,
}))()

story('whoever has the tablet next finds nothing', async (world) => {
  const owen = await world.signIn('owen@marram.example')
  await owen.asksInDanger('His uncle came back', 'Quillomene')
  await owen.press('Send the request')
  await owen.reads('Your request arrived')

  const dee = await world.signIn('dee@hub.example')
  const { page } = dee
  for (const path of PAGES) await dee.go(path)
  await dee.go('/hub')
  const contact = await page.locator('main a[href^="/contacts/"]:not([href$="/by-telephone"])').first().getAttribute('href')
  for (const path of [contact, `${contact}/who-may-see`]) await dee.go(path)
  await dee.go(contact)
  assert.ok((await page.content()).includes('His uncle came back'), 'there was something to find')
  assert.ok((await page.context().cookies()).length > 0)

  await dee.go('/session')
  await dee.press('Sign out')
  await page.waitForURL('**/sign-in')
  const empty = { caches: [], databases: [], local: [], session: [], workers: 0 }
  assert.deepEqual(await page.evaluate(kept), empty)
  for (let times = 0; times < 20; times += 1) {
    await page.goBack()
    const shown = await page.content()
    for (const word of ['Quillomene', 'uncle', 'href="/session"', 'Your work']) {
      assert.ok(!shown.includes(word), `“${word}” is read at ${page.url()}`)
    }
  }
  assert.deepEqual(await page.evaluate(kept), empty)
  // Whatever cookie is left opens nothing.
  console.log(`${(await page.context().cookies()).length} cookies are left`)
  await page.goto(contact)
  assert.match(page.url(), /\/sign-in\?next=/)
})
