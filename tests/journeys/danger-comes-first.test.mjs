// A child is in danger: a teacher sends what she knows in a minute, it stands first in the queue,
// and she sees whether anybody has read it. The letters that follow tell nothing.
import assert from 'node:assert/strict'
import { story } from './world.mjs'

story('danger is sent with little, stands first, and is seen to be read', async (world) => {
  const tamsin = await world.signIn('tamsin@marram.example')
  await tamsin.asksInDanger('A man with a knife at the gate', 'Invented-Quay')
  await tamsin.press('Send the request')
  await tamsin.reads('Your request arrived')
  const reference = tamsin.page.url().match(/contacts\/([^/]+)/)[1]

  const owen = await world.signIn('owen@marram.example')
  await owen.asksInDanger('Shouting in the hall', 'Invented-Ames')
  // Two clicks of an impatient hand make one request.
  await owen.page.getByRole('button', { name: 'Send the request' }).dblclick()
  await owen.reads('Your request arrived')
  await owen.go('/requests')
  assert.equal(await owen.page.getByText('Invented-Ames').count(), 1)

  await tamsin.go(`/contacts/${reference}`)
  await tamsin.reads('Nobody in the hub has read it yet')
  const dee = await world.signIn('dee@hub.example')
  await dee.go('/hub')
  const first = await dee.page.locator('tbody tr').first().innerText()
  assert.ok(first.includes('Invented-Quay') && first.includes('Immediate danger'), first)
  await dee.follow('Invented-Quay')
  await tamsin.go(`/contacts/${reference}`)
  await tamsin.reads('Somebody in the hub has read it')

  const { words } = await world.letterTo('tamsin@marram.example')
  for (const secret of ['Quay', reference, 'knife', 'danger', 'Tamsin']) {
    assert.ok(!words.includes(secret), `the letter says “${secret}”: ${words}`)
  }
  assert.match(words, /is waiting for you in Sightline/)
})
