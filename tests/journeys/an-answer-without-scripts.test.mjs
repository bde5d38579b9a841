// The hub decides and answers, and a teacher reads it: no scripts, and no mouse.
import assert from 'node:assert/strict'
import { focused, pressKey, tabTo } from './keyboard.mjs'
import { story } from './world.mjs'

async function signsIn(world, email) {
  const person = await world.somebody({ javaScriptEnabled: false })
  person.page.setDefaultTimeout(5000)
  await person.go('/sign-in')
  await types(person, 'Email address', email)
  await types(person, 'Password', 'demo-only-password')
  await pressKey(person, 'Enter')
  return person
}

async function types(person, label, words) {
  await tabTo(person, label)
  await person.page.keyboard.type(words)
}

/** Tab comes to a group of choices, the arrows lead through it. */
async function chooses(person, group, label) {
  const choices = person.page.getByRole('group', { name: group }).getByRole('radio')
  for (let presses = 0; presses < 60; presses += 1) {
    await person.page.keyboard.press('Tab')
    if (await choices.and(person.page.locator(':focus')).count()) break
  }
  await person.page.keyboard.press('Space')
  for (let presses = await choices.count(); presses > 0; presses -= 1) {
    const at = await focused(person)
    assert.ok(at.drawn, `the focus on “${at.words}” can be seen`)
    if (at.words.startsWith(label)) return
    await person.page.keyboard.press('ArrowDown')
  }
  assert.fail(`no way to “${label}” by keyboard on ${person.page.url()}`)
}

async function goesBy(person, words) {
  await tabTo(person, words)
  await pressKey(person, 'Enter')
  await person.passesAxe()
}

story('a request is decided, answered and read without scripts and by keyboard only', async (world) => {
  const asker = await world.signIn('owen@marram.example', { javaScriptEnabled: false })
  await asker.asksInDanger('Shouting in the hall', 'Invented-Quay')
  await asker.press('Send the request')

  const dee = await signsIn(world, 'dee@hub.example')
  await goesBy(dee, 'Hub queue')
  await goesBy(dee, 'Invented-Quay')
  await tabTo(dee, 'Take it on')
  await dee.page.keyboard.press('Enter')
  await dee.reads('Decide for')
  await goesBy(dee, 'Decide for')
  await chooses(dee, 'Level of need', 'Level 3 Intensive')
  await chooses(dee, 'What happens next', 'Intensive family support')
  for (const field of ['Risk', 'Strengths', 'The child’s voice', 'Reasons']) await types(dee, field, 'As written.')
  await goesBy(dee, 'Record the decision')
  await chooses(dee, 'How much is the requester told?', 'The decision and the reasons')
  await types(dee, 'Why, in words for the requester', 'A family worker will visit this week.')
  await goesBy(dee, 'Send the answer')

  const owen = await signsIn(world, 'owen@marram.example')
  await goesBy(owen, 'Your request was answered')
  await owen.reads('A family worker will visit this week.')
  await owen.doesNotRead('As written.')
}, { on: ['SQLite'] })
