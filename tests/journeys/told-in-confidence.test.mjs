// A detective constable is told something in confidence. She writes it down for the duty worker alone, who
// reads it for a purpose; a colleague in the hub finds nothing of it, and neither does the manager.
import assert from 'node:assert/strict'
import { story } from './world.mjs'

story('intelligence is read by those whom its handling code names', async (world) => {
  const petra = await world.signIn('petra@police.example')
  await petra.asksInDanger('A man waits at the gate', 'Invented-Quay')
  await petra.press('Send the request')
  const contact = petra.page.url().match(/contacts\/([^/]+)/)[1]
  await petra.go(`/contacts/${contact}`)
  await petra.page.locator('main a[href^="/people/"]').first().click()
  const child = new URL(petra.page.url()).pathname
  await petra.follow('Intelligence, under a handling code')
  await petra.passesAxe()
  await petra.press('Save')
  await petra.reads('Enter what you were told, without saying who told it')
  await petra.picture('intelligence-problems')
  await petra.type('What were you told?', 'The blue van belongs to the uncle')
  await petra.choose('2: The source is untested', 'How good is the source?')
  await petra.choose('A: The source saw or heard it', 'How does the source know it?')
  await petra.choose('C: Only those I name may read it, on conditions', 'Who may read it?')
  await petra.type('On what conditions?', 'Ring me before you act on it')
  await petra.type('Who are they?', 'dee@hub.example')
  await petra.press('Save')
  await petra.reads('There is intelligence about them that you may read')

  const dee = await world.signIn('dee@hub.example')
  await dee.go(`/contacts/${contact}`)
  await dee.follow('There is intelligence about them that you may read')
  await dee.picture('intelligence-list')
  await dee.page.locator('main a[href^="/intelligence/"]').first().click()
  await dee.type('What do you need it for?', 'To plan a visit to the family this afternoon')
  await dee.press('Show it')
  await dee.reads('The blue van belongs to the uncle')
  await dee.passesAxe()
  await dee.picture('intelligence')
  const one = new URL(dee.page.url()).pathname

  for (const who of ['sunil@hub.example', 'marguerite@hub.example']) {
    const other = await world.signIn(who)
    await other.go(child)
    await other.doesNotRead('There is intelligence')
    for (const path of [`${child}/intelligence`, one]) {
      await other.go(path)
      await other.reads('Page not found')
    }
    await other.go('/')
    await other.follow('Intelligence that you may read')
    await other.reads('Nothing in the last year')
  }

  await petra.go(one)
  await petra.type('What do you need it for?', 'To see what I wrote of them last week')
  await petra.press('Show it')
  await petra.type('Why?', 'It was about somebody else')
  await petra.press('Take it back')
  await dee.go(one)
  await dee.reads('Page not found')
  assert.ok(await dee.page.locator('main').count(), 'the page is there')
})
