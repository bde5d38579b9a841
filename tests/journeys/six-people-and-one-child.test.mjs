// A scrutineer, a school lead, a police officer, a hub manager, a worker with a conflict and an operator
// sign in, in turn, to the same child. Each comes to what the reviewed table of routes says, reads as much
// as the reviewed table of levels says, while it waits and when it was dealt with, and nothing else.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { story } from './world.mjs'

const FAMILY = 'Invented-Pier'
const DANGER = 'A fight on the landing'
const NOTE = 'The neighbour rang about them again'
const RISK = 'Hurt twice within a week'
const ANSWER = 'A family worker will visit this week'
const table = await reviewed()
const levels = await reviewedLevels()

/** The lines of a reviewed table. */
async function linesOf(name) {
  const file = `../../crates/app/tests/app/snapshots/app__${name}.snap`
  return (await readFile(path.resolve(import.meta.dirname, file), 'utf8')).split('\n')
}

/** The reviewed table of levels: for each stage and page, how much each role reads. */
async function reviewedLevels() {
  const lines = await linesOf('dealt_with__who_reads_how_much_by_stage')
  const rows = lines.map((line) => line.match(/^(.{34})(.{10})(.{10})(.+)$/)).filter(Boolean)
  const all = new Map()
  for (const [, stage, page, level, roles] of rows) {
    for (const role of roles.split(', ')) all.set(`${stage.trim()}, ${page.trim()}, ${role}`, level.trim())
  }
  return all
}

/** The reviewed table: for each route, what each role is answered with. */
async function reviewed() {
  const lines = await linesOf('reach__who_reaches_what')
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

/** Reads both pages, and as much of them as the table says for this role at this stage. */
async function readsAsMuchAsTheTableSays(person, role, stage, known) {
  for (const [page, where] of [['request', `/contacts/${known.contact}`], ['child', `/people/${known.child}`]]) {
    const row = `${stage}, ${page}, ${role}`
    assert.ok(levels.has(row), `${row} is in no table`)
    await person.go(where)
    assert.equal(await levelOf(person), levels.get(row), row)
  }
}

/** How much is there to read, by the words of the child's record. */
async function levelOf(person) {
  const text = await person.page.locator('main').innerText()
  const isThere = async (selector) => await person.page.locator(selector).count() > 0
  const [of, hubs, theirs] = [[FAMILY], [NOTE, RISK], [DANGER, ANSWER]].map((words) => words.some((w) => text.includes(w)))
  if ((await person.page.title()).startsWith('Page not found') && !of && !hubs && !theirs) return 'nothing'
  if (!of) return 'something else'
  if (await isThere('main a[href$="/who-may-see"]')) return 'full'
  if (text.includes('This is a summary.') && !hubs && !theirs) return 'summary'
  return hubs ? 'something else' : 'fields'
}

story('six people come to one child, and each sees what the table says', async (world) => {
  const owen = await world.signIn('owen@marram.example')
  await owen.asksInDanger(DANGER, FAMILY)
  await owen.press('Send the request')
  await owen.reads('Your request arrived')
  const contact = owen.page.url().match(/contacts\/([^/]+)/)[1]

  // Whoever reads first that a child is in danger has work with it from then on: a colleague does.
  const dee = await world.signIn('dee@hub.example')
  await dee.go(`/contacts/${contact}`)

  const marguerite = await world.signIn('marguerite@hub.example')
  await marguerite.go('/people')
  await marguerite.type('Search by name, date of birth or number', FAMILY)
  await marguerite.press('Search')
  await marguerite.follow(FAMILY)
  const known = { contact, child: marguerite.page.url().split('/').at(-1) }
  await marguerite.reads(DANGER)
  await marguerite.page.goBack()
  await marguerite.reads(FAMILY)
  assert.ok(!marguerite.page.url().includes(FAMILY), 'no name stands in an address')
  await reachesWhatTheTableSays(marguerite, ['manager'], [...LISTS, ...OF_THE_CHILD], known)

  await readsAsMuchAsTheTableSays(marguerite, 'manager', 'waiting', known)

  const tamsin = await world.signIn('tamsin@marram.example')
  await tamsin.go(`/people/${known.child}`)
  await tamsin.reads(FAMILY)
  await tamsin.picture('six-lead')
  await reachesWhatTheTableSays(tamsin, ['lead', 'elsewhere'], [...LISTS, ...OF_THE_CHILD], known)
  await readsAsMuchAsTheTableSays(tamsin, 'lead', 'waiting', known)

  const petra = await world.signIn('petra@police.example')
  await reachesWhatTheTableSays(petra, ['elsewhere'], [...LISTS, ...OF_THE_CHILD], known)
  await petra.doesNotRead(FAMILY)
  await petra.reads('the hub can share what you need')
  await petra.picture('six-police')
  await readsAsMuchAsTheTableSays(petra, 'elsewhere', 'waiting', known)

  const sunil = await world.signIn('sunil@hub.example')
  await sunil.go('/hub')
  await sunil.reads(FAMILY)
  await dee.go(`/people/${known.child}/kept-away`)
  await dee.type('Their e-mail address at work', 'sunil@hub.example')
  await dee.type('Why must they not see this?', 'He is the father’s brother')
  await dee.press('Keep them away')
  await reachesWhatTheTableSays(sunil, ['hub worker'], LISTS, known)
  for (const route of OF_THE_CHILD) await finds(sunil, route, false, known)
  await readsAsMuchAsTheTableSays(sunil, 'hub worker', 'a hub worker is kept away', known)
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
  await readsAsMuchAsTheTableSays(sefa, 'scrutineer', 'waiting', known)

  const ossian = await world.signIn('ossian@unit.example')
  await reachesWhatTheTableSays(ossian, ['operator'], [...LISTS, ...OF_THE_CHILD], known)
  await ossian.go('/system')
  await ossian.reads('Waits to be sent or done')
  await ossian.picture('six-operator')
  await readsAsMuchAsTheTableSays(ossian, 'operator', 'waiting', known)

  // Another worker of the hub deals with it: to the manager it is a summary from then on.
  await dee.go(`/contacts/${contact}`)
  await dee.press('Take it on')
  await dee.follow('Decide for')
  await dee.choose('Level 3 Intensive', 'Level of need')
  await dee.choose('Intensive family support', 'What happens next')
  for (const field of ['Strengths', 'The child’s voice', 'Reasons']) await dee.type(field, NOTE)
  await dee.type('Risk', RISK)
  await dee.press('Record the decision')
  await dee.choose('The decision and the reasons', 'How much is the requester told?')
  await dee.type('Why, in words for the requester', ANSWER)
  await dee.press('Send the answer')
  for (const [person, role] of [[marguerite, 'manager'], [tamsin, 'lead'], [petra, 'elsewhere'],
    [sefa, 'scrutineer'], [ossian, 'operator']]) {
    await readsAsMuchAsTheTableSays(person, role, 'dealt with', known)
  }
  await readsAsMuchAsTheTableSays(sunil, 'hub worker', 'a hub worker is kept away', known)
  await marguerite.go(`/people/${known.child}`)
  await marguerite.picture('six-manager-summary')
})
