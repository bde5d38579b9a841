// A nurse whose browser runs no scripts asks for support: nothing is missing but comfort.
import assert from 'node:assert/strict'
import { story } from './world.mjs'

story('a request is made without scripts', async (world) => {
  const halima = await world.signIn('halima@health.example', { javaScriptEnabled: false })
  await halima.press('Start a request for support')
  // A question that another one decides stands there from the start.
  await halima.reads('What is the danger?')
  await halima.choose('No', 'Is a child in immediate danger?')
  await halima.press('Save and continue')
  await halima.press('Save and continue')
  await halima.reads('There is a problem')
  await halima.reads('Choose whether the address must be kept secret')
  await halima.choose('No', 'Must this address be kept secret from anybody?')
  await halima.press('Save and continue')
  await halima.type('First names', 'Nguyễn Ánh')
  await halima.type('Family name', 'Invented-Lê')
  await halima.choose('Yes', 'Has the child been born?')
  await halima.date('Date of birth', [5, 4, 2024])
  await halima.type('What does this child say?', 'Too young to say, and very quiet.')
  await halima.press('Save and continue')
  await halima.reads('Nguyễn Ánh Invented-Lê')
  await halima.press('Continue')
  await halima.press('Save and come back later')
  // Removing is asked about, by name.
  await halima.follow('Children')
  await halima.follow('Remove')
  await halima.reads('Remove Nguyễn Ánh Invented-Lê from this request?')
  await halima.press('Keep')
  await halima.reads('Nguyễn Ánh Invented-Lê')
  await halima.go(halima.page.url().replace(/\/children$/, '/check'))
  await halima.press('Send the request')
  await halima.reads('Enter what you are worried about')
  assert.ok(await halima.page.getByRole('link', { name: 'Enter what you are worried about' }).isVisible())
}, { on: ['SQLite'] })
