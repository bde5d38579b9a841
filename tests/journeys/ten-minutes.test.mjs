// A school lead who has done it before asks for support for three siblings. What the form takes of
// her time is worked out, not timed: it is the same on every machine.
import assert from 'node:assert/strict'
import { Effort } from './effort.mjs'
import { story } from './world.mjs'

const children = [
  ['Arlo', [4, 5, 2017], 'Male', 'Says there is no tea at home and he waits up for his mum.'],
  ['Bea', [19, 11, 2019], 'Female', 'Draws the house without people.'],
  ['Cai', [2, 3, 2021], 'Male', 'Clings to his sister and says little.'],
]

story('a school lead asks for three siblings in under ten minutes', async (world) => {
  const owen = await world.signIn('owen@marram.example')
  owen.effort = new Effort()
  await owen.effort.comesTo(owen.page)
  await owen.press('Start a request for support')
  await owen.choose('No', 'Is a child in immediate danger?')
  await owen.press('Save and continue')

  await owen.type('Address where the children live', '1 Sample Street')
  await owen.type('Postcode', 'FY1 1AD')
  await owen.choose('No', 'Must this address be kept secret from anybody?')
  await owen.press('Save and continue')

  for (const [given, born, sex, voice] of children) {
    await owen.type('First names', given)
    await owen.type('Family name', 'Invented-Marsh')
    await owen.choose('Yes', 'Has the child been born?')
    await owen.date('Date of birth', born)
    await owen.choose(sex, 'Sex')
    await owen.compose('What does this child say?', voice)
    await owen.press('Save and continue')
    if (given !== 'Cai') await owen.press('Add another child')
  }
  await owen.press('Continue')

  await owen.type('First names', 'Carys')
  await owen.type('Family name', 'Invented-Marsh')
  await owen.type('What are they to the children?', 'mother')
  await owen.choose('Yes', 'Do they live with the children?')
  await owen.press('Save and continue')
  await owen.press('Continue')

  await owen.choose('Neglect: food, warmth, care, supervision', 'What kind of worry is it?')
  await owen.compose('What are you worried about?',
    'Arlo comes to school hungry on most days, in the same clothes, and asks for food to take home. ' +
    'All three were collected late twice this week.')
  await owen.press('Save and continue')
  await owen.compose('What is going well for the children and the family?',
    'They are warm with each other and their mother talks to us.')
  await owen.press('Save and continue')
  await owen.compose('What have you and others tried?', 'Breakfast club since September, two talks with their mother.')
  await owen.choose('Yes, and they took it up', 'Was early help offered to the family?')
  await owen.press('Save and continue')
  await owen.choose('Level 3 Intensive', 'Which level of need do you think it is?')
  await owen.compose('Why do you think so?', 'Several needs that have lasted and are growing.')
  await owen.press('Save and continue')
  await owen.choose('Yes, and they agree', 'Does the family know that you are sharing this?')
  await owen.press('Save and continue')
  await owen.press('Save and continue')
  await owen.type('Your telephone', '01632 960 123')
  await owen.press('Save and continue')
  await owen.reads('Check your answers before you send them')
  await owen.picture('check-what-was-said')
  await owen.press('Send the request')
  await owen.reads('Your request arrived')

  console.log(`three siblings, by the keystroke-level model: ${owen.effort}`)
  assert.ok(owen.effort.form + owen.effort.composing < 10, `${owen.effort}`)
}, { on: ['SQLite'] })
