// The hub's manager makes the file for a night on which Sightline can't be reached; the out-of-hours team
// opens it without a network, by its passphrase alone.
import assert from 'node:assert/strict'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { story } from './world.mjs'

const PASSPHRASE = 'seven herons under the wet pier'

story('the out-of-hours team opens what is open, without Sightline', async (world) => {
  const owen = await world.signIn('owen@marram.example')
  await owen.asksInDanger('Shouting next door', 'Invented-Night')
  await owen.press('Send the request')
  await owen.reads('Your request arrived')

  const marguerite = await world.signIn('marguerite@hub.example')
  await marguerite.go('/hub')
  await marguerite.follow('A file for the night')
  await marguerite.picture('a-file-for-the-night')
  await marguerite.press('Make the file')
  await marguerite.reads('Enter for whom it is, and for which night')
  await marguerite.type('For whom is it, and for which night?', 'The emergency duty team, tonight')
  await marguerite.type('Passphrase', PASSPHRASE)
  await marguerite.type('The same again', PASSPHRASE)
  const [download] = await Promise.all([
    marguerite.page.waitForEvent('download'),
    marguerite.page.getByRole('button', { name: 'Make the file' }).click(),
  ])
  const file = path.join(world.folder, 'for-the-night.html')
  await download.saveAs(file)

  const night = await world.somebody({ offline: true })
  const asked = []
  night.page.on('request', (request) => { asked.push(request.url()) })
  await night.page.goto(pathToFileURL(file).href)
  await night.passesAxe()
  await night.type('Passphrase', 'something else altogether')
  await night.press('Open it')
  await night.page.getByText('This is not the passphrase').waitFor({ timeout: 30_000 })
  await night.type('Passphrase', PASSPHRASE)
  await night.page.keyboard.press('Enter')
  await night.page.getByText('What is new since then is not here').waitFor({ timeout: 30_000 })
  await night.passesAxe()
  const open = night.page.locator('details:visible')
  assert.ok(await open.count() > 0, 'something is open')
  const first = (await night.page.locator('summary').first().innerText()).split('.')[0]
  await night.type('Find a child, a relative, a street or a school', first)
  await night.page.getByText(/^[1-9]\d* shown$/).waitFor()
  await night.page.locator('summary:visible').first().click()
  assert.ok((await night.page.locator('dl:visible').first().innerText()).includes('Received'))
  await night.picture('the-file-is-open')
  await night.passesAxe()
  await night.page.emulateMedia({ media: 'print' })
  assert.ok(!(await night.page.locator('body').innerText()).includes('Received'), 'it is not for paper')
  await night.page.emulateMedia({ media: null })
  await night.press('Close it')
  assert.equal(await night.page.locator('details').count(), 0, 'nothing is left in the page')
  assert.deepEqual(asked.filter((url) => !url.startsWith('file:')), [], 'it asks nobody for anything')
})
