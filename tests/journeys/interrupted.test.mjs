// A teacher is interrupted: her session ends while she types, and the server dies between two
// pages. Nothing that she typed or saved is lost.
import { story } from './world.mjs'

story('a session that ends in the middle of typing loses nothing', async (world) => {
  const owen = await world.signIn('owen@marram.example')
  await owen.press('Start a request for support')
  await owen.choose('No', 'Is a child in immediate danger?')
  await owen.press('Save and continue')
  await owen.type('Address where the children live', '1 Sample Street, محمد 🫥')
  await owen.choose('No', 'Must this address be kept secret from anybody?')

  const telephone = await world.signIn('owen@marram.example')
  await telephone.go('/session')
  await telephone.press('Sign out everywhere')

  await owen.press('Save and continue')
  await owen.reads('Nothing that you typed is lost')
  await owen.picture('sign-in-again')
  await owen.signsIn('owen@marram.example')
  await owen.reads('What you typed is still here')
  await owen.reads('1 Sample Street, محمد 🫥')
  await owen.picture('signed-in-again')
  await owen.press('Send what I typed')
  await owen.reads('Family name')
  await owen.follow('All parts of the request')
  await owen.press('Check your answers and send')
  await owen.reads('1 Sample Street, محمد 🫥')
}, { on: ['SQLite'] })

story('the server dies in the middle of a draft, and what was saved is there', async (world) => {
  const owen = await world.signIn('owen@marram.example')
  await owen.press('Start a request for support')
  await owen.choose('No', 'Is a child in immediate danger?')
  await owen.press('Save and continue')
  await owen.type('Address where the children live', '1 Sample Street')
  await owen.choose('No', 'Must this address be kept secret from anybody?')
  await owen.press('Save and continue')
  await owen.type('Family name', 'Invented-Marsh')

  await world.breaksDown()

  // What was typed meanwhile is sent to the server that came back.
  await owen.press('Save and come back later')
  await owen.press('Check your answers and send')
  await owen.reads('1 Sample Street')
  await owen.reads('Invented-Marsh')
})
