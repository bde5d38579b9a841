// Two agencies write one child down differently. The hub is told that they may be the same, with
// reasons; says that they are not; takes it back; asks that they be linked, to which a colleague agrees; and parts
// them again.
import assert from 'node:assert/strict'
import { story } from './world.mjs'

const DEE = 'dee@hub.example'

/** A call about one child is taken down; answers with where the request is. */
async function takenDown(dee, agency, given, born) {
  await dee.go('/contacts/by-telephone')
  await dee.choose('No', 'Is a child in immediate danger?')
  await dee.type('Who is calling, and how can they be reached?', `Somebody at ${agency}`)
  await dee.select('Where does the caller work?', agency)
  await dee.type('What is the caller worried about?', 'He comes without a coat and is always hungry.')
  await dee.type('First names of child 1', given)
  await dee.type('Family name of child 1', 'Invented-Smyth')
  await dee.date('Date of birth of child 1, if known', born)
  await dee.press('Put it on the record')
  return new URL(dee.page.url()).pathname
}

story('the hub recognises one child in two accounts, and only a person links them', async (world) => {
  const dee = await world.signIn(DEE)
  await dee.follow('Who may be the same person')
  await dee.reads('Nobody here waits to be looked at.')
  await dee.picture('nobody-may-be-the-same')

  await takenDown(dee, 'North Fylding Police', 'Jayden', [12, 3, 2014])
  const contact = await takenDown(dee, 'Seaholme and District NHS Trust', 'Jaiden', [12, 3, 2014])
  await dee.reads('Jaiden Invented-Smyth may be somebody who is known')
  await dee.picture('a-request-of-somebody-who-may-be-known')

  await dee.go('/may-be-the-same')
  await dee.picture('who-may-be-the-same')
  await dee.page.locator('main table a').first().click()
  await dee.reads('Are these the same person?')
  const pair = new URL(dee.page.url()).pathname
  await dee.reads('Both have open requests')
  await dee.picture('side-by-side')
  await dee.press('Continue')
  await dee.reads('Choose whether they are the same person')
  await dee.choose('Different people')
  await dee.press('Continue')
  await dee.reads('Enter why these are different people')
  await dee.picture('side-by-side-problems')
  await dee.type('Why?', 'Cousins, who were born on one day')
  await dee.press('Continue')
  await dee.reads('It was saved that these are different people')
  await dee.reads('Nobody here waits to be looked at.')
  await dee.go(contact)
  await dee.doesNotRead('may be somebody who is known')

  await dee.go(pair)
  await dee.reads('Cousins, who were born on one day')
  await dee.picture('side-by-side-different')
  await dee.page.getByText('Take back that they are different').click()
  await dee.type('Why was that wrong?', 'There is no cousin')
  await dee.press('Take it back')
  await dee.reads('may be somebody who is known')
  await dee.picture('a-child-who-may-be-known')

  await dee.go(pair)
  await dee.choose('Same person')
  await dee.type('Why?', 'One mother, one birthday, and the school spells it with an i')
  await dee.press('Continue')
  await dee.reads('a colleague must agree before they are linked')
  await dee.reads('by you: a colleague must agree')
  await dee.picture('waits-for-a-second-person')
  await dee.go(pair)
  await dee.reads('Do you still ask for it?')
  const sunil = await world.signIn('sunil@hub.example')
  await sunil.go('/may-be-the-same')
  await sunil.page.locator('main ul a').first().click()
  await sunil.reads('One mother, one birthday, and the school spells it with an i')
  await sunil.press('Continue')
  await sunil.reads('Choose whether you agree')
  await sunil.picture('a-second-person')
  await sunil.choose('Yes: link them')
  await sunil.type('Why?', 'I rang the school: it is one boy')
  await sunil.press('Continue')
  await sunil.reads('This is somebody else')
  await dee.go(new URL(sunil.page.url()).pathname)
  const child = new URL(dee.page.url()).pathname
  assert.match(child, /^\/people\//)

  await dee.page.getByText('This is somebody else').last().click()
  await dee.page.getByLabel('Why is this a different person?').last().fill('The mother says that there are two')
  await dee.page.getByRole('button', { name: 'Unlink' }).last().click()
  await dee.reads('Said to be different people')
  await dee.passesAxe()
  await dee.picture('a-child-who-was-unlinked')
})
