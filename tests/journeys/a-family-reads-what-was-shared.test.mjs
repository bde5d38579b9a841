// The hub answers a teacher: why it may be shared is filled in, and what does not go together is
// refused. What was shared stands on the child's page, and a page for one person is printed of it.
import assert from 'node:assert/strict'
import { story } from './world.mjs'

async function printed(person) {
  await person.page.emulateMedia({ media: 'print' })
  const words = await person.page.locator('body').innerText()
  assert.equal(await person.page.locator('nav:visible, form:visible, button:visible').count(), 0)
  const pdf = await person.page.pdf()
  assert.equal(pdf.subarray(0, 5).toString(), '%PDF-')
  await person.page.emulateMedia({ media: null })
  return words
}

story('what was shared is recorded with why, and one person of the family reads it on paper', async (world) => {
  const owen = await world.signIn('owen@marram.example')
  await owen.asksInDanger('Shouting in the hall', 'Invented-Quay')
  await owen.press('Send the request')
  const contact = owen.page.url().match(/contacts\/([^/]+)/)[1]

  const dee = await world.signIn('dee@hub.example')
  await dee.go(`/contacts/${contact}`)
  await dee.press('Take it on')
  await dee.follow('Decide for')
  await dee.choose('Level 3 Intensive', 'Level of need')
  await dee.choose('Intensive family support', 'What happens next')
  for (const field of ['Risk', 'Strengths', 'The child’s voice', 'Reasons']) await dee.type(field, 'As written.')
  await dee.press('Record the decision')

  // The basis costs nothing: it is folded up, and whoever leaves it sends what is usual.
  await dee.reads('Why it may be shared: to keep a child, or an adult at risk, safe')
  assert.equal(await dee.page.getByText('Basis for sharing at all').isVisible(), false, 'it is folded up')
  await dee.choose('The decision and the reasons', 'How much is the requester told?')
  await dee.type('Why, in words for the requester', 'A family worker will visit on Friday.')
  await dee.page.getByText('Why it may be shared').click()
  await dee.passesAxe()
  await dee.picture('the-basis-of-an-answer')
  await dee.select('Basis for sharing at all', 'They consented to the sharing (UK GDPR art. 6(1)(a))')
  await dee.press('Send the answer')
  await dee.reads('That does not go with what it is for. Choose “It is our public task” or “An Act requires it”')
  assert.equal(await dee.page.getByLabel('Basis for sharing at all').isVisible(), true, 'it stands open')
  await dee.picture('the-basis-of-an-answer-refused')
  await dee.select('Basis for sharing at all', 'An Act requires it (UK GDPR art. 6(1)(c))')
  await dee.press('Send the answer')

  await dee.go(`/contacts/${contact}`)
  await dee.follow('’s page')
  await dee.reads('What was shared, with whom and why')
  await dee.reads('Owen Pryce-Demo, Year 4 teacher, Marram Primary School')
  await dee.picture('what-was-shared')
  await dee.follow('A page for somebody in the family')
  await dee.picture('pages-for-a-family')
  await dee.page.getByLabel('the child').check()
  await dee.press('Begin the page')
  await dee.reads('Nothing yet.')
  await dee.press('Put it on the page')
  await dee.reads('Tick that it is safe if the other adult sees it')
  await dee.choose('Yes, it is safe whoever sees it')
  await dee.picture('a-page-for-a-family')
  await dee.press('Put it on the page')
  await dee.reads('It was put on the page')
  await dee.follow('See the page to print')
  await dee.picture('what-a-family-reads')
  const paper = await printed(dee)
  for (const words of ['What was shared about you or your child, with whom and why', 'Marram Primary School', 'What was decided']) {
    assert.ok(paper.includes(words), `the paper says “${words}”: ${paper}`)
  }
  for (const words of ['A family worker will visit', 'Owen', 'destroy it']) {
    assert.ok(!paper.includes(words), `the paper says “${words}”: ${paper}`)
  }
  assert.match(paper, /Given to you by Dee Marlowe-Demo, \d+ \w+ \d{4} at /)
})
