// What the hub knows of a child is printed for a meeting: everything that was said, and nothing
// that can only be pressed.
import assert from 'node:assert/strict'
import { story } from './world.mjs'

async function printed(person) {
  await person.page.emulateMedia({ media: 'print' })
  const words = await person.page.locator('body').innerText()
  assert.equal(await person.page.locator('nav:visible, form:visible, button:visible').count(), 0)
  // Behind a link a browser could print its address, which leads nowhere on paper.
  const behind = await person.page.locator('a:visible').evaluateAll((links) =>
    links.map((link) => getComputedStyle(link, '::after').content).filter((said) => !['none', 'normal'].includes(said)))
  assert.deepEqual(behind, [], 'no address of a page is printed')
  const pdf = await person.page.pdf()
  assert.equal(pdf.subarray(0, 5).toString(), '%PDF-')
  await person.page.emulateMedia({ media: null })
  return words
}

story('a contact and a child’s page are printed with every word', async (world) => {
  const dee = await world.signIn('dee@hub.example')
  await dee.go('/contacts/by-telephone')
  await dee.choose('No', 'Is a child in immediate danger?')
  await dee.type('Who is calling, and how can they be reached?', 'Neighbour, 01632 960 777')
  await dee.select('Where does the caller work?', 'North Fylding Police')
  await dee.type('What is the caller worried about?', 'A child crying at the window.')
  await dee.type('First names of child 1', 'Kit')
  await dee.type('Family name of child 1', 'Invented-Rowe')
  await dee.press('Put it on the record')
  await dee.press('Take it on')
  await dee.follow('Decide for Kit Invented-Rowe')
  await dee.choose('Level 3 Intensive', 'Level of need')
  await dee.choose('Intensive family support', 'What happens next')
  await dee.type('Risk', 'Left alone on most evenings.')
  await dee.type('Strengths', 'A grandmother who comes on Sundays.')
  await dee.type('The child’s voice', 'Says the house is loud.')
  await dee.type('Reasons', 'Help with the evenings is enough for now.')
  await dee.press('Record the decision')
  await dee.reads('How much is the requester told?')
  await dee.go('/hub')
  await dee.follow('Kit Invented-Rowe')
  // On the screen the words are behind something that opens.
  await dee.doesNotRead('Left alone on most evenings.')
  const contact = await printed(dee)
  for (const words of ['Left alone on most evenings.', 'Says the house is loud.', 'A child crying at the window.']) {
    assert.ok(contact.includes(words), `the printed contact says “${words}”: ${contact}`)
  }
  for (const pressed of ['Add information', 'Strike this out', 'Answer the requester', '’s page']) {
    assert.ok(!contact.includes(pressed), `“${pressed}” can’t be pressed on paper: ${contact}`)
  }
  assert.match(contact, /Printed by Dee Marlowe-Demo, \d+ \w+ \d{4} at /)
  await dee.doesNotRead('Printed by')
  await dee.follow('See Kit Invented-Rowe’s page')
  await dee.reads('Add to what is known')
  const child = await printed(dee)
  for (const pressed of ['Say more', 'Add ', 'Unlink', 'Who sees this', 'Look for other accounts']) {
    assert.ok(!child.includes(pressed), `“${pressed}” can’t be pressed on paper: ${child}`)
  }
  assert.ok(child.includes('Kit Invented-Rowe'))
  assert.ok(child.includes('Left alone on most evenings.'), child)
}, { on: ['SQLite'] })
