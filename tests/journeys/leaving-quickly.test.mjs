// Somebody who is watched at home reads a public page and leaves it at once: by a press, by the
// keyboard, with and without scripts. What was left is not what going back shows.
import assert from 'node:assert/strict'
import { story } from './world.mjs'

const WEATHER = 'https://www.bbc.co.uk/weather'

async function reader(world, options) {
  const person = await world.somebody(options)
  await person.page.route(`${WEATHER}**`, (route) =>
    route.fulfill({ contentType: 'text/html', body: '<title>Weather</title>Sunny' }))
  await person.go('/timescales')
  await person.go('/guide-to-levels')
  return person
}

story('a public page is left at once', async (world) => {
  const reads = await reader(world)
  await reads.picture('leave-quickly')
  await reads.page.getByRole('button', { name: 'Leave this page now' }).click()
  await reads.page.waitForURL(WEATHER)
  await reads.page.goBack()
  assert.ok(reads.page.url().endsWith('/timescales'), reads.page.url())

  const types = await reader(world)
  for (let times = 0; times < 3; times += 1) await types.page.keyboard.press('Shift')
  await types.page.waitForURL(WEATHER)

  const plain = await reader(world, { javaScriptEnabled: false })
  await plain.page.getByRole('button', { name: 'Leave this page now' }).click()
  await plain.page.waitForURL(WEATHER)

  const dee = await world.signIn('dee@hub.example')
  await dee.go('/timescales')
  assert.equal(await dee.page.getByRole('button', { name: 'Leave this page now' }).count(), 0)
}, { on: ['SQLite'] })
