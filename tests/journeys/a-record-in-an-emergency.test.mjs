// A police officer sees nothing of a child: he asks, and whoever has the request answers him; then he
// opens the record in an emergency, those concerned are told, and somebody else reviews that he did.
import assert from 'node:assert/strict'
import { story } from './world.mjs'

const PASSWORD = 'tidal lantern shingle'

/** Goes to a page until it reads so: a worker turns first. */
async function until(person, where, words) {
  for (let tries = 0; tries < 40; tries += 1) {
    await person.go(where)
    if ((await person.page.locator('main').innerText()).includes(words)) return
    await person.page.waitForTimeout(250)
  }
  assert.fail(`${where} never reads “${words}”`)
}

/** A constable is taken on, sets his password and signs in. */
async function constable(world) {
  const jo = await world.signIn('jo@unit.example')
  await jo.follow('Agencies and staff')
  await jo.follow('North Fylding Police')
  await jo.follow('Add a member of staff')
  await jo.type('Name', 'Pip Beat-Demo')
  await jo.type('Work email address', 'pip@police.example')
  await jo.type('Job', 'Constable')
  await jo.press('Add them')
  await jo.select('Role', 'Practitioner')
  await jo.today('role-from')
  await jo.press('Give the role')
  await jo.follow('Give them a code for signing in')
  await jo.press('Make a code')
  const code = await jo.page.locator('dd strong').innerText()
  const pip = await world.somebody()
  await pip.go('/first-sign-in')
  await pip.type('Email address', 'pip@police.example')
  await pip.type('Code', code)
  await pip.type('New password', PASSWORD)
  await pip.type('New password, once more', PASSWORD)
  await pip.press('Set the password')
  await pip.follow('Sign in with it')
  await pip.signsIn('pip@police.example', PASSWORD)
  return pip
}

/** A teacher asks for support, and a hub worker takes it on. Answers with the child's address. */
async function heldBySunil(world) {
  const owen = await world.signIn('owen@marram.example')
  await owen.asksInDanger('Left alone at night', 'Invented-Marsh')
  await owen.press('Send the request')
  await owen.go('/')
  await owen.page.locator('main a[href^="/contacts/"]').first().click()
  const contact = new URL(owen.page.url()).pathname
  const child = await owen.page.locator('a[href^="/people/"]').first().getAttribute('href')
  const sunil = await world.signIn('sunil@hub.example')
  await sunil.go(contact)
  await sunil.press('Take it on')
  return { sunil, contact, child: child.match(/^\/people\/[^/?]+/)[0] }
}

story('a police officer who sees nothing asks, and opens a record in an emergency', async (world) => {
  const pip = await constable(world)
  const { sunil, contact, child } = await heldBySunil(world)
  const reference = child.split('/').pop()

  await pip.go(child)
  await pip.reads('There is nothing here that you can see.')
  await pip.reads('the hub can share what you need')
  assert.equal(await pip.page.locator('main').getByRole('button').count(), 1, 'one button')
  await pip.picture('nothing-here')
  await pip.press('Ask about a child')
  await pip.reads('The hub reads this, and answers you')
  await pip.picture('ask')
  await pip.press('Send to the hub')
  await pip.reads('Enter a reference or a number')
  await pip.picture('ask-refused')
  await pip.type('Reference or NHS number, if you have one', reference)
  await pip.type('Why do you ask?', 'I see the family on Thursday, and she has bruises.')
  await pip.press('Send to the hub')
  await pip.reads('Your request was sent')
  await pip.picture('ask-sent')

  await until(sunil, '/asked', 'Pip Beat-Demo')
  await sunil.picture('asked')
  await sunil.follow('Pip Beat-Demo')
  await sunil.reads('she has bruises')
  await sunil.picture('asked-one')
  await sunil.press('Send the answer')
  await sunil.reads('Choose how you answer')
  await sunil.choose('Tell them what they need to know, or whom to talk to')
  await sunil.type('What do you tell them?', 'Ring me before Thursday.')
  await sunil.press('Send the answer')
  await sunil.reads('The answer was sent')
  await pip.go('/')
  await pip.follow('Read the answer')
  await pip.reads('Ring me before Thursday.')
  await pip.picture('ask-answered')

  await pip.follow('Open a child’s record in an emergency')
  await pip.reads('You need a second step of signing in')
  await pip.go('/session')
  await pip.press('Print a list of codes')
  const codes = await pip.page.locator('.app-codes li').allInnerTexts()
  await pip.type('Enter the first code, so that we know that you have the list', codes[0])
  await pip.press('Use this list from now on')
  // The code that he has just given is fresh for five minutes.
  await pip.go('/break-glass')
  await pip.picture('break-glass')
  await pip.type('Reference or NHS number, if you have one', reference)
  await pip.press('Open the record for an hour')
  await pip.reads('Choose what it is for')
  await pip.picture('break-glass-refused')
  await pip.choose('Police officers are there, or on their way')
  await pip.type('Why do you need to see this child’s record now?', 'At the house, nobody answers, a child cries inside')
  await pip.press('Open the record for an hour')
  await pip.reads(/(60|59) minutes left/)
  await pip.reads('Invented-Marsh')
  await pip.picture('through-glass')
  assert.equal(await pip.page.locator('main a[href^="/people/"], main a[href^="/contacts/"]').count(), 0, 'no way on')
  assert.deepEqual(await pip.page.locator('main').getByRole('button').allInnerTexts(), ['I am done: close it'], 'to read')
  await pip.page.emulateMedia({ media: 'print' })
  assert.ok(!(await pip.page.locator('main').innerText()).includes('Invented-Marsh'), 'not for paper')
  await pip.page.emulateMedia({ media: null })
  const open = new URL(pip.page.url()).pathname
  await pip.go(child)
  await pip.reads('There is nothing here that you can see.')
  await pip.go('/')
  await pip.reads('A record is open to you')
  await pip.picture('a-record-is-open')
  await pip.go(open)
  await pip.press('I am done: close it')
  await pip.reads('You closed the record')
  await pip.go(open)
  await pip.reads('The hour is over')

  await sunil.go('/')
  await sunil.reads('Somebody opened the record of a child of this request in an emergency')
  await sunil.doesNotRead('Pip Beat-Demo')
  await sunil.picture('glass-notice')
  assert.ok(await sunil.page.locator(`main a[href="${contact}"]`).count() > 0, 'by reference')
  const letter = await world.letterTo('ines@hub.example')
  assert.ok(!letter.words.includes('Invented') && !letter.words.includes(reference), letter.words)

  const ines = await world.signIn('ines@hub.example')
  await ines.reads('1 to review, none late.')
  await ines.go('/glass-reviews')
  await ines.picture('glass-reviews')
  await ines.follow('Pip Beat-Demo')
  await ines.reads('At the house, nobody answers')
  await ines.reads('Sunil Rao-Demo. They were told')
  await ines.doesNotRead(reference)
  await ines.doesNotRead('Invented-Marsh')
  await ines.picture('glass-review')
  await ines.press('Save the review')
  await ines.reads('Choose what you found')
  await ines.choose('It was right. If it may happen again, give them a way to the record')
  await ines.choose('Nobody who has the record could be reached')
  await ines.type('What did you learn?', 'The station says the same.')
  await ines.press('Save the review')
  await ines.reads('The review was saved')
  await ines.picture('glass-reviewed')

  // Whoever looks after the hub reads that he looked.
  const marguerite = await world.signIn('marguerite@hub.example')
  await marguerite.go(child)
  await marguerite.follow('Who looked at this')
  await marguerite.reads('Opened it in an emergency')
  await marguerite.reads('Pip Beat-Demo')
  await marguerite.picture('who-looked')
})
