// A health visitor sees nothing of a child: she asks, and is answered; then she opens the record in an
// emergency, and somebody else reviews that she did.
import assert from 'node:assert/strict'
import { story } from './world.mjs'

/** Goes to a page until it reads so: a worker turns first. */
async function until(person, where, words) {
  for (let tries = 0; tries < 40; tries += 1) {
    await person.go(where)
    if ((await person.page.locator('main').innerText()).includes(words)) return
    await person.page.waitForTimeout(250)
  }
  assert.fail(`${where} never reads “${words}”`)
}

async function beginsPrivacy(jo, name) {
  await jo.go('/agencies')
  await jo.follow('Seaholme Council Children’s Services')
  await jo.follow(name)
  await jo.select('Role', 'Privacy officer')
  const today = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London' }).format(new Date()).split('/')
  for (const [n, part] of ['day', 'month', 'year'].entries()) {
    await jo.page.locator(`[name="role-from.${part}"]`).fill(String(Number(today[n])))
  }
  await jo.press('Give the role')
  await jo.reads('The role was given')
}

story('somebody who sees nothing asks, and opens a record in an emergency', async (world) => {
  await beginsPrivacy(await world.signIn('jo@unit.example'), 'Sunil Rao-Demo')
  const owen = await world.signIn('owen@marram.example')
  await owen.asksInDanger('Left alone at night', 'Invented-Marsh')
  await owen.press('Send the request')
  await owen.go('/')
  await owen.page.locator('main a[href^="/contacts/"]').first().click()
  const child = await owen.page.locator('a[href^="/people/"]').first().getAttribute('href')
  const reference = child.match(/people\/([^/?]+)/)[1]

  const halima = await world.signIn('halima@health.example')
  await halima.go(child)
  await halima.reads('There is nothing here that you can see.')
  await halima.picture('nothing-here')
  await halima.page.getByRole('button', { name: 'Ask about a child' }).click()
  await halima.reads('The hub reads this, and answers you')
  await halima.picture('ask')
  await halima.press('Send to the hub')
  await halima.reads('Enter a reference or a number')
  await halima.type('Reference or NHS number, if you have one', reference)
  await halima.type('Why do you ask?', 'I see her on Thursday, and she has bruises.')
  await halima.press('Send to the hub')
  await halima.reads('Your request was sent')
  await halima.picture('ask-sent')

  const dee = await world.signIn('dee@hub.example')
  await until(dee, '/asked', 'Halima Yusuf-Demo')
  await dee.picture('asked')
  await dee.follow('Halima Yusuf-Demo')
  await dee.reads('she has bruises')
  await dee.picture('asked-one')
  await dee.press('Send the answer')
  await dee.reads('Choose how you answer')
  await dee.choose('Tell them what they need to know, or whom to talk to')
  await dee.type('What do you tell them?', 'Ring me before Thursday.')
  await dee.press('Send the answer')
  await dee.reads('The answer was sent')
  await halima.go('/')
  await halima.follow('Read the answer')
  await halima.reads('Ring me before Thursday.')
  await halima.picture('ask-answered')

  await halima.go('/break-glass')
  await halima.reads('You need a second step of signing in')
  await halima.go('/session')
  await halima.press('Print a list of codes')
  const codes = await halima.page.locator('.app-codes li').allInnerTexts()
  await halima.type('Enter the first code, so that we know that you have the list', codes[0])
  await halima.press('Use this list from now on')
  await halima.go('/break-glass')
  await halima.picture('break-glass')
  await halima.type('Reference or NHS number, if you have one', reference)
  await halima.press('Open the record for an hour')
  await halima.reads('Choose what it is for')
  await halima.choose('A child is being treated in an emergency')
  await halima.type('Why do you need to see this child’s record now?', 'Unconscious in the clinic, nobody with her')
  await halima.press('Open the record for an hour')
  await halima.reads('Each look is recorded under')
  await halima.reads('Invented-Marsh')
  await halima.picture('through-glass')
  await halima.press('I am done: close it')
  await halima.reads('You closed the record')
  await world.letterTo('sunil@hub.example')

  const sunil = await world.signIn('sunil@hub.example')
  await sunil.reads('1 to review, none late.')
  await sunil.go('/glass-reviews')
  await sunil.picture('glass-reviews')
  await sunil.follow('Halima Yusuf-Demo')
  await sunil.reads('Unconscious in the clinic')
  await sunil.doesNotRead('Invented-Marsh')
  await sunil.picture('glass-review')
  await sunil.choose('It was right. If it may happen again, give them a way to the record')
  await sunil.type('What did you learn?', 'The ward says the same.')
  await sunil.press('Save the review')
  await sunil.reads('The review was saved')
})
