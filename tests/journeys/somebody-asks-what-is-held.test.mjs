// A mother asks what is held about her child. The hub takes it down, decides of each thing, and hides
// what is about others; a manager reads the whole and approves it; it is printed and handed over.
import assert from 'node:assert/strict'
import { story } from './world.mjs'

story('somebody gets a copy of what is held, and nothing of what is hidden', async (world) => {
  const owen = await world.signIn('owen@marram.example')
  await owen.asksInDanger('Shouting in the hall. Mrs Invented-Neighbour rang.', 'Invented-Quay')
  await owen.press('Send the request')
  const contact = owen.page.url().match(/contacts\/([^/]+)/)[1]

  const dee = await world.signIn('dee@hub.example')
  await dee.go('/')
  await dee.follow('Requests for what is held about somebody')
  await dee.reads('Nobody waits for an answer.')
  await dee.press('Take down a request for what is held')
  await dee.press('Save')
  await dee.reads('Choose by what right they ask')
  await dee.picture('a-data-request-refused')
  await dee.type('Who asks?', 'Nia Invented-Quay')
  await dee.choose('They have parental responsibility, and ask for a child who can’t ask for themselves', 'By what right?')
  await dee.choose('Yes', 'Do you know who they are, and that they have that right?')
  await dee.today('received')
  await dee.type('Reference or NHS number, if you have one', contact)
  await dee.type('How are they reached safely, and how do they want the copy?', 'By hand at the family hub')
  await dee.press('Save')
  await dee.reads('The request was saved')
  await dee.press('It is theirs')
  await dee.reads('things are to be decided')
  await dee.picture('a-data-request')
  const request = dee.page.url().replace(/\?.*/, '')

  const things = await dee.page.locator('main a[href*="/items/"]').evaluateAll((links) => links.map((a) => a.href))
  assert.ok(things.length >= 3, `what is held: ${things}`)
  for (const [n, thing] of things.entries()) {
    await dee.page.goto(thing)
    const held = dee.page.getByLabel('What is held', { exact: true })
    const said = await held.inputValue()
    if (said.includes('Mrs Invented-Neighbour')) {
      await held.fill(said.replace('Mrs Invented-Neighbour', '[[Mrs Invented-Neighbour]]'))
    }
    await dee.choose('Yes, but for what is marked', 'Do they get it?')
    await dee.choose('It is about somebody else (DPA sch. 2 para. 16)', 'If anything is left out, why?')
    if (n === 1) await dee.picture('a-thing-that-is-held')
    await dee.press('Save')
    await dee.reads('What was decided was saved')
  }
  await dee.reads('Everything is decided.')
  await dee.choose('They get a copy of what is held', 'How are they to be answered?')
  await dee.press('Ask for approval')
  await dee.reads('A hub manager who prepared nothing of it reads the whole of it')

  const marguerite = await world.signIn('marguerite@hub.example')
  await marguerite.page.goto(request)
  await marguerite.picture('a-data-request-to-approve')
  await marguerite.follow('Read the whole copy, as they get it')
  await marguerite.reads('This is not approved yet')
  await marguerite.press('Approve it')
  await marguerite.reads('It was approved')

  await dee.page.goto(`${request}/copy`)
  await dee.picture('a-copy-of-what-is-held')
  await dee.page.emulateMedia({ media: 'print' })
  const paper = await dee.page.locator('body').innerText()
  await dee.page.emulateMedia({ media: null })
  for (const words of ['What we hold about you', 'Shouting in the hall.', '[not given to you]', 'Information Commissioner']) {
    assert.ok(paper.includes(words), `the paper says “${words}”: ${paper}`)
  }
  for (const words of ['Invented-Neighbour', '[[', 'download', 'destroy it']) {
    assert.ok(!paper.includes(words), `the paper says “${words}”: ${paper}`)
  }
  const [download] = await Promise.all([
    dee.page.waitForEvent('download'),
    dee.page.getByRole('link', { name: 'download it as a text' }).click(),
  ])
  assert.equal(download.suggestedFilename(), 'what-we-hold.txt')
  await dee.page.goto(request)
  await dee.today('handed-over')
  await dee.type('How, and how did you see that it was they?', 'By hand. I know her.')
  await dee.press('Save that they have it')
  await dee.reads('It was saved that they have the answer')
  await dee.picture('a-data-request-answered')
  await dee.go('/data-requests')
  await dee.reads('Nobody waits for an answer.')
  await dee.reads('Had the answer')
  await dee.picture('data-requests')
})
