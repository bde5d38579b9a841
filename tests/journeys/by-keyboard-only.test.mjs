// A teacher who uses no mouse signs in, begins a request, and is led to what is missing.
import assert from 'node:assert/strict'
import { focused, pressKey, tabTo } from './keyboard.mjs'
import { story } from './world.mjs'

story('a request is begun by keyboard only', async (world) => {
  const owen = await world.somebody()
  await owen.go('/sign-in')
  await owen.page.keyboard.press('Tab')
  assert.equal((await focused(owen)).words, 'Skip to main content')
  await owen.page.keyboard.press('Enter')
  await tabTo(owen, 'Email address')
  await owen.page.keyboard.type('owen@marram.example')
  await tabTo(owen, 'Password')
  await owen.page.keyboard.type('demo-only-password')
  await pressKey(owen, 'Enter')

  await tabTo(owen, 'Start a request for support')
  await pressKey(owen, 'Space')
  await tabTo(owen, 'Yes')
  await owen.page.keyboard.press('ArrowDown')
  assert.equal((await focused(owen)).words, 'No')
  await tabTo(owen, 'Save and continue')
  await pressKey(owen, 'Enter')

  // What is missing comes first, and leads to its field.
  await tabTo(owen, 'Save and continue')
  await owen.page.keyboard.press('Enter')
  await owen.reads('There is a problem')
  assert.match((await focused(owen)).kind, /govuk-error-summary/)
  await tabTo(owen, 'Choose whether the address must be kept secret')
  await owen.page.keyboard.press('Enter')
  assert.equal((await focused(owen)).words, 'Yes')
  await owen.page.keyboard.press('Space')
  await tabTo(owen, 'Save and continue')
  await pressKey(owen, 'Enter')
  await owen.reads('Family name')

  // Going back to what was put right asks nobody to send anything twice.
  await owen.page.goBack()
  assert.match(owen.page.url(), /again=true$/)
  await owen.reads('All parts of the request')
  assert.equal(await owen.page.locator('.govuk-error-summary').count(), 0)
}, { on: ['SQLite'] })
