// Somebody who is watched at home reads public pages and leaves them at once: by a press, by the keyboard,
// with and without scripts. Going back shows nothing of what was left (threat model, V18).
import assert from 'node:assert/strict'
import { story } from './world.mjs'

const WEATHER = 'https://www.bbc.co.uk/weather'
const HELP = ['/timescales', '/timescales/calculator', '/guide-to-levels', '/privacy', '/accessibility']
/** How soon the page must be blank, in milliseconds, and how much longer a busy machine may take. */
const AT_ONCE = 100
const BUSY = 10

/** Somebody whose browser asks a weather page of ours for the weather, and notes what it asks of anybody. */
async function reader(world, options) {
  const person = await world.somebody(options)
  const { page } = person
  person.asked = []
  page.on('request', (request) => person.asked.push(request.url()))
  await page.route(`${WEATHER}**`, async (route) => {
    person.referer = await route.request().headerValue('referer')
    // So that the page that is left has time to say when it was blank.
    await new Promise((done) => setTimeout(done, 300))
    await route.fulfill({ contentType: 'text/html', body: '<title>Weather</title>Sunny' })
  })
  if (options?.javaScriptEnabled === false) return person
  await page.exposeFunction('wasBlank', (after) => { person.blankAfter = after })
  await page.addInitScript(() => {
    let pressed
    for (const kind of ['click', 'keyup']) addEventListener(kind, () => { pressed = performance.now() }, true)
    new MutationObserver(() => {
      if (document.body?.hidden) wasBlank(performance.now() - pressed)
    }).observe(document, { attributes: true, subtree: true })
  })
  return person
}

/** The addresses of what the tab can go back and forward to, without what a new one begins with. */
async function history(page) {
  const { entries } = await (await page.context().newCDPSession(page)).send('Page.getNavigationHistory')
  return entries.map((entry) => entry.url).filter((url) => url !== 'about:blank')
}

const leave = (person) => person.page.getByRole('button', { name: 'Leave this page now' }).click()

/** Nothing is asked of others before, and nothing is said of us. */
function toldNobody(person, world) {
  const others = person.asked.filter((url) => !url.startsWith(world.address))
  assert.deepEqual([...new Set(others)].filter((url) => !url.startsWith(WEATHER)), [])
  assert.equal(person.referer, null, 'no address of ours goes along')
}

story('public pages are left at once, and going back shows none of them', async (world) => {
  // By links and by a form, as one reads.
  const reads = await reader(world)
  const { page } = reads
  await reads.go('/timescales')
  await reads.picture('leave-quickly')
  const alone = async (where) => {
    await page.waitForURL(where)
    await page.waitForLoadState()
    assert.equal((await history(page)).length, 1, where)
  }
  await page.getByRole('link', { name: 'Work out when something is due' }).click()
  await alone('**/calculator')
  await page.locator('main a[href*="?rule="]').first().click()
  await alone('**/calculator?rule=*')
  await page.locator('main form button').first().click()
  await alone('**/calculator?*&*')
  for (const name of ['Privacy', 'Accessibility', 'Privacy']) {
    await page.getByRole('link', { name, exact: true }).click()
    await alone(`**/${name.toLowerCase()}`)
  }
  await leave(reads)
  await page.waitForURL(WEATHER)
  console.log(`blank after ${reads.blankAfter} ms`)
  assert.ok(reads.blankAfter <= AT_ONCE * BUSY, `blank after ${reads.blankAfter} ms`)
  assert.deepEqual(await history(page), [WEATHER])
  toldNobody(reads, world)

  // By addresses, one after the other: whatever lies behind is left as well.
  const types = await reader(world)
  for (const page of HELP) await types.go(page)
  for (let times = 0; times < 3; times += 1) await types.page.keyboard.press('Shift')
  await types.page.waitForURL(WEATHER)
  for (const page of HELP.slice(1)) {
    await types.page.goBack()
    await types.page.waitForURL(WEATHER)
    await types.page.getByText('Sunny').waitFor()
    assert.ok(!(await history(types.page)).at(-1).includes(page), page)
  }
  toldNobody(types, world)
  // Whoever wants to read again can.
  await types.go('/timescales')
  await types.reads('Our timescales')

  const plain = await reader(world, { javaScriptEnabled: false })
  for (const page of HELP) await plain.go(page)
  await leave(plain)
  await plain.page.waitForURL(WEATHER)
  toldNobody(plain, world)

  const dee = await world.signIn('dee@hub.example')
  await dee.go('/timescales')
  assert.equal(await dee.page.getByRole('button', { name: 'Leave this page now' }).count(), 0)
}, { on: ['SQLite'] })
