// A teacher sends a letter and a picture with her request. What is no letter is refused with what to
// do, the hub downloads them, and the picture is small before anybody sees it large.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { story } from './world.mjs'

const picture = path.resolve(import.meta.dirname, '../../crates/app/tests/fixtures/taken-at-a-place.png')

story('a letter and a picture come with a request', async (world) => {
  const owen = await world.signIn('owen@marram.example')
  await owen.asksInDanger('He sleeps in the car', 'Invented-Quay')
  await owen.press('Send the request')
  const contact = owen.page.url().match(/contacts\/([^/]+)/)[1]
  const sends = async (file, words) => {
    await owen.go(`/contacts/${contact}`)
    await owen.follow('Send a file')
    await owen.choose('No', 'Does it show that a child is in immediate danger now?')
    await owen.type('What is the file, and who made it?', words)
    await owen.page.getByLabel('The file', { exact: true }).setInputFiles(file)
    await owen.press('Send the file')
  }

  await sends({ name: 'letter.pdf', mimeType: 'application/pdf', buffer: Buffer.from('MZ\x90\0\x03\0\0\0') }, 'From the nurse')
  await owen.reads('There is a problem')
  assert.equal(await owen.page.getByLabel('What is the file, and who made it?').inputValue(), 'From the nurse')
  await owen.picture('send-a-file-refused')
  const letter = Buffer.from('Arlo tells me that he sleeps in the car.\n')
  await sends({ name: 'From the nurse.txt', mimeType: 'text/plain', buffer: letter }, 'A letter from the school nurse')
  await owen.reads('From the nurse.txt')
  await sends(picture, 'A picture of the car')

  const dee = await world.signIn('dee@hub.example')
  await dee.go(`/contacts/${contact}`)
  await dee.picture('a-request-with-files')
  const [download] = await Promise.all([
    dee.page.waitForEvent('download'),
    dee.page.getByRole('link', { name: 'From the nurse.txt' }).click(),
  ])
  assert.equal(download.suggestedFilename(), 'From the nurse.txt')
  assert.deepEqual(await readFile(await download.path()), letter)
  const small = await dee.page.getByRole('link', { name: 'Look at it small' }).getAttribute('href')
  const shown = await dee.page.request.get(small)
  assert.equal(shown.headers()['content-type'], 'image/jpeg')
  await dee.go(`/contacts/${contact}`)
  await dee.follow('Decide for')
  await dee.reads('From the nurse.txt')
})
