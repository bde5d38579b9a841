// A scrutineer, a school lead, a police officer, a hub manager, a worker with a conflict and an operator
// sign in, in turn, to the same child. Each sees what the reviewed table says, and nothing else.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { story } from './world.mjs'

const FAMILY = 'Invented-Pier'
const table = await reviewed()

/** The reviewed table: for each route, what each role is answered with. */
async function reviewed() {
  const file = '../../crates/app/tests/app/snapshots/app__reach__who_reaches_what.snap'
  const lines = (await readFile(path.resolve(import.meta.dirname, file), 'utf8')).split('\n')
  const head = lines.find((line) => line.startsWith('   '))
  const roles = head.trim().split(/\s{2,}|(?<=hub worker|duty worker) /).filter(Boolean)
  return new Map(lines.filter((line) => line.startsWith('get ')).map((line) => {
    const [, route, ...codes] = line.split(/\s+/)
    assert.equal(codes.length, roles.length, `${route}: ${roles}`)
    return [route, Object.fromEntries(roles.map((role, n) => [role, Number(codes[n])]))]
  }))
}

const LISTS = ['/', '/requests', '/hub', '/people', '/figures', '/system', '/agencies', '/settings/timescales',
  '/settings/partnership', '/unusual-access', '/glass-reviews', '/break-glass', '/ask', '/asked',
  '/declared-conflicts', '/contacts/by-telephone']
const OF_THE_CHILD = ['/contacts/{reference}', '/contacts/{reference}/who-may-see', '/people/{reference}',
  '/people/{reference}/who-may-see', '/people/{reference}/kept-away', '/people/{reference}/restriction',
  '/people/{reference}/names']

/** Goes to each page as somebody with these roles does, and finds it there or not as the table says. */
async function reachesWhatTheTableSays(person, roles, routes, known) {
  for (const route of routes) {
    const row = table.get(route)
    assert.ok(row && roles.every((role) => role in row), `${route} for ${roles} is in no table`)
    await finds(person, route, roles.some((role) => row[role] !== 404), known)
  }
}

async function finds(person, route, isThere, known) {
  const reference = route.startsWith('/contacts') ? known.contact : known.child
  await person.go(route.replace('{reference}', reference))
  const title = await person.page.title()
  assert.equal(!title.startsWith('Page not found'), isThere, `${route}: ${title}`)
}

story('six people come to one child, and each sees what the table says', async (world) => {
  const owen = await world.signIn('owen@marram.example')
  await owen.asksInDanger('A fight on the landing', FAMILY)
  await owen.press('Send the request')
  await owen.reads('Your request arrived')
  const contact = owen.page.url().match(/contacts\/([^/]+)/)[1]

  const marguerite = await world.signIn('marguerite@hub.example')
  await marguerite.go('/people')
  await marguerite.type('Search by name, date of birth or number', FAMILY)
  await marguerite.press('Search')
  await marguerite.follow(FAMILY)
  const known = { contact, child: marguerite.page.url().split('/').at(-1) }
  await marguerite.reads('A fight on the landing')
  await marguerite.page.goBack()
  await marguerite.reads(FAMILY)
  assert.ok(!marguerite.page.url().includes(FAMILY), 'no name stands in an address')
  await reachesWhatTheTableSays(marguerite, ['manager'], [...LISTS, ...OF_THE_CHILD], known)

  const tamsin = await world.signIn('tamsin@marram.example')
  await tamsin.go(`/people/${known.child}`)
  await tamsin.reads(FAMILY)
  await tamsin.picture('six-lead')
  await reachesWhatTheTableSays(tamsin, ['lead', 'elsewhere'], [...LISTS, ...OF_THE_CHILD], known)

  const petra = await world.signIn('petra@police.example')
  await reachesWhatTheTableSays(petra, ['elsewhere'], [...LISTS, ...OF_THE_CHILD], known)
  await petra.doesNotRead(FAMILY)
  await petra.reads('the hub can share what you need')
  await petra.picture('six-police')

  const sunil = await world.signIn('sunil@hub.example')
  await sunil.go('/hub')
  await sunil.reads(FAMILY)
  await marguerite.go(`/people/${known.child}/kept-away`)
  await marguerite.type('Their e-mail address at work', 'sunil@hub.example')
  await marguerite.type('Why must they not see this?', 'He is the father’s brother')
  await marguerite.press('Keep them away')
  await reachesWhatTheTableSays(sunil, ['hub worker'], LISTS, known)
  for (const route of OF_THE_CHILD) await finds(sunil, route, false, known)
  await sunil.go('/hub')
  await sunil.doesNotRead(FAMILY)
  await sunil.go('/people')
  await sunil.type('Search by name, date of birth or number', FAMILY)
  await sunil.press('Search')
  await sunil.reads('Nobody was found')

  const sefa = await world.signIn('sefa@scrutiny.example')
  await reachesWhatTheTableSays(sefa, ['scrutineer'], [...LISTS, ...OF_THE_CHILD], known)
  await sefa.go('/figures')
  await sefa.reads('rounded to the nearest 5')
  await sefa.picture('six-scrutineer')

  const ossian = await world.signIn('ossian@unit.example')
  await reachesWhatTheTableSays(ossian, ['operator'], [...LISTS, ...OF_THE_CHILD], known)
  await ossian.go('/system')
  await ossian.reads('Waits to be sent or done')
  await ossian.picture('six-operator')
})
