// A hub manager restricts the record of a colleague's child: the duty worker finds nothing any more,
// whoever is named goes on with it, and the teacher who asked reads what she asked.
import assert from 'node:assert/strict'
import { story } from './world.mjs'

const DEE = 'dee@hub.example'
const SUNIL = 'sunil@hub.example'

const found = (person) => person.page.getByRole('link', { name: /Invented-Quay/ })

/** Searches for the family. */
async function searches(person) {
  await person.go('/people')
  await person.type('Search by name, date of birth or number', 'Invented-Quay')
  await person.press('Search')
}

story('a restricted child exists for those who are named', async (world) => {
  const tamsin = await world.signIn('tamsin@marram.example')
  await tamsin.asksInDanger('A man with a knife at the gate', 'Invented-Quay')
  await tamsin.press('Send the request')
  await tamsin.reads('Your request arrived')
  const contact = tamsin.page.url().match(/contacts\/([^/]+)/)[1]

  const dee = await world.signIn(DEE)
  await searches(dee)
  await found(dee).first().click()
  const child = new URL(dee.page.url()).pathname

  const marguerite = await world.signIn('marguerite@hub.example')
  await marguerite.go(child)
  await marguerite.follow('Few may see this')
  await marguerite.picture('restrict')
  await marguerite.press('Save')
  await marguerite.reads('Choose why few may see this')
  await marguerite.picture('restrict-problems')
  await marguerite.choose('The whole record: to everybody else it looks as though nothing were here')
  await marguerite.choose('Of the family of somebody who works with us')
  await marguerite.type('What is it about?', 'Her father works in the duty team')
  await marguerite.type('Who goes on seeing it besides you?', SUNIL)
  await marguerite.press('Save')
  await marguerite.reads('Sunil Rao-Demo')
  await marguerite.picture('restricted')

  await searches(dee)
  assert.equal(await found(dee).count(), 0)
  await dee.go('/hub')
  await dee.doesNotRead('Invented-Quay')
  await dee.picture('restricted-queue-of-others')
  for (const path of [child, `${child}/restriction`, `/contacts/${contact}`]) {
    await dee.go(path)
    await dee.reads('Page not found')
  }

  const sunil = await world.signIn(SUNIL)
  await sunil.reads('A request speaks of immediate danger')
  await sunil.go('/hub')
  await sunil.follow('Invented-Quay')
  await sunil.press('Take it on')
  await sunil.reads('Sunil Rao-Demo')

  await tamsin.go(`/contacts/${contact}`)
  await tamsin.reads('Invented-Quay')

  await marguerite.press('Name Sunil Rao-Demo no longer')
  await marguerite.reads('At least two people who work in the hub')
  await marguerite.picture('restricted-needs-two')
  await marguerite.type('Who may see it too?', DEE)
  await marguerite.press('Name them')
  await dee.go(child)
  await dee.reads('Invented-Quay')

  await marguerite.type('Why may everybody see it again?', 'He works elsewhere now')
  await marguerite.press('Ask another manager')
  await marguerite.reads('Another hub manager who is named must agree')
  await marguerite.picture('restricted-lift-asked')
})
