// A hub manager puts where a child lives on a list of its own: a colleague reads the rest of the record
// and whom to ask, and whoever is named is shown it, for a purpose.
import { story } from './world.mjs'

const DEE = 'dee@hub.example'
const WHY = 'A visit to the family this afternoon'

/** Asks to be shown what is protected in a request. */
async function reveals(person, contact) {
  await person.go(`/contacts/${contact}/protected`)
  await person.type('What do you need it for?', WHY)
  await person.press('Show it')
}

story('where a child lives is shown to few, and the rest to everybody', async (world) => {
  const tamsin = await world.signIn('tamsin@marram.example')
  await tamsin.asksInDanger('A man with a knife at the gate', 'Invented-Quay')
  await tamsin.picture('on-paper')
  await tamsin.press('Send the request')
  await tamsin.reads('Your request arrived')
  const contact = tamsin.page.url().match(/contacts\/([^/]+)/)[1]

  const marguerite = await world.signIn('marguerite@hub.example')
  await marguerite.go('/people')
  await marguerite.type('Search by name, date of birth or number', 'Invented-Quay')
  await marguerite.press('Search')
  await marguerite.page.getByRole('link', { name: /Invented-Quay/ }).first().click()
  const child = new URL(marguerite.page.url()).pathname
  await marguerite.follow('Few may see this')
  await marguerite.choose('Where they live and how they are reached: everybody else sees the rest')
  await marguerite.choose('Something else')
  await marguerite.type('What is it about?', 'They are in a refuge')
  await marguerite.type('Who goes on seeing it besides you?', DEE)
  await marguerite.press('Save')
  await marguerite.reads('Where they live is shown to few')
  await marguerite.picture('address-list')

  const sunil = await world.signIn('sunil@hub.example')
  await sunil.go(child)
  await sunil.reads('Invented-Quay')
  await reveals(sunil, contact)
  await sunil.reads('Ask one of them')
  await sunil.reads('Dee Marlowe-Demo')
  await sunil.picture('whom-to-ask')

  const dee = await world.signIn(DEE)
  await reveals(dee, contact)
  await dee.reads('Protected details')
  await dee.doesNotRead('Ask one of them')
  await dee.picture('shown')
})
