// Every page that the list of routes has, opened by somebody who may open it: it passes axe, fits
// 320 px, and prints nothing that can only be pressed. A route that nobody thought of here fails.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { story } from './world.mjs'

const list = path.resolve(import.meta.dirname, '../../crates/app/src/web/routes.rs')
const routes = [...(await readFile(list, 'utf8')).matchAll(/^\s+get "([^"]+)"/gm)].map(([, route]) => route)

/** What is not walked here, and why. */
const exempt = {
  '/healthz': 'for machines',
  '/assets/{name}': 'no page',
  '/sign-in/code': 'stands between two steps of signing in: a-second-step',
  '/session/app': 'stands between two steps of setting up an app: a-second-step',
  '/session/passkeys/{reference}/removal': 'needs a passkey: a-passkey',
  '/contacts/{reference}/files/{file}': 'no page, but a file: a-letter-comes-with-a-request',
  '/contacts/{reference}/files/{file}/small': 'no page, but a picture: a-letter-comes-with-a-request',
  '/break-glass/{reference}': 'needs a second step: a-record-in-an-emergency',
  '/glass-reviews/{reference}': 'needs a second step: a-record-in-an-emergency',
  '/data-requests/{reference}/items/{item}': 'needs an account: somebody-asks-what-is-held',
  '/data-requests/{reference}/copy': 'needs everything decided: somebody-asks-what-is-held',
  '/data-requests/{reference}/copy/text': 'no page, but a file: somebody-asks-what-is-held',
  '/disposals/{reference}': 'needs what is older than any journey: retention.rs walks it',
  '/unusual-access/{reference}': 'needs days of looks, which no journey has',
}

/** Who opens what. Where a route holds `{}`, `at` says what stands there. */
function visits(people, at) {
  const { anybody, owen, dee, marguerite, jo, ossian, sunil } = people
  const by = (person, ...paths) => paths.map((route) => [route, person, route])
  const of = (person, reference, ...paths) =>
    paths.map((route) => [route, person, route.replace('{reference}', reference)])
  return [
    ...by(anybody, '/sign-in', '/sign-in/organisation', '/first-sign-in', '/timescales', '/timescales/calculator',
      '/guide-to-levels', '/privacy', '/accessibility'),
    ...by(owen, '/', '/session', '/session/many', '/session/password', '/session/passkeys/new', '/session/conflicts', '/requests',
      '/requests-on-paper'),
    ...of(owen, at.draft, '/requests/{reference}', '/requests/{reference}/check', '/requests/{reference}/discard'),
    ['/requests/{reference}/{page}', owen, `/requests/${at.draft}/children`],
    ['/requests/{reference}/{page}/remove', owen, `/requests/${at.draft}/children-1/remove`],
    ...of(owen, at.contact, '/contacts/{reference}/arrived', '/contacts/{reference}/files'),
    ...by(dee, '/hub', '/contacts/by-telephone', '/figures', '/people', '/may-be-the-same'),
    ['/people/{reference}/may-be/{other}', dee, at.pair],
    ...of(dee, at.contact, '/contacts/{reference}', '/contacts/{reference}/protected', '/contacts/{reference}/who-may-see'),
    ...of(dee, at.open, '/pathways/{reference}/decision'),
    ...of(marguerite, at.unsigned, '/pathways/{reference}/signature'),
    ...of(dee, at.decided, '/pathways/{reference}/answer'),
    ...of(marguerite, at.decided, '/pathways/{reference}/reopening'),
    ['/pathways/{reference}/entries/{place}/strike', dee, at.strike],
    ...by(marguerite, '/declared-conflicts'),
    ['/declared-conflicts/{reference}', marguerite, at.declared],
    ...by(owen, '/ask', '/break-glass'),
    ...by(marguerite, '/asked', '/disposals'),
    ['/asked/{reference}', marguerite, at.asked],
    ...by(dee, '/data-requests', '/data-requests/new'),
    ...of(dee, at.data, '/data-requests/{reference}'),
    ...by(sunil, '/unusual-access', '/looks-of-staff', '/glass-reviews'),
    ...by(ossian, '/system'),
    ...by(people.wren, '/vouch'),
    ...by(jo, '/settings/timescales', '/settings/partnership', '/agencies', '/still-here'),
    ...of(jo, at.agency, '/agencies/{reference}', '/agencies/{reference}/name', '/agencies/{reference}/teams',
      '/agencies/{reference}/settings', '/agencies/{reference}/staff', '/agencies/{reference}/identity-provider'),
    ...of(jo, at.team, '/teams/{reference}', '/teams/{reference}/details'),
    ...of(jo, at.place, '/places/{reference}'),
    ...of(jo, at.staff, '/staff/{reference}', '/staff/{reference}/details', '/staff/{reference}/leaving',
      '/staff/{reference}/code'),
    ...of(dee, at.person, '/people/{reference}', '/people/{reference}/who-may-see', '/people/{reference}/kept-away',
      '/people/{reference}/names', '/people/{reference}/addresses', '/people/{reference}/telephones',
      '/people/{reference}/numbers', '/people/{reference}/births',
      '/people/{reference}/endings', '/people/{reference}/family-pages'),
    ...by(dee, '/intelligence'),
    ...of(dee, at.person, '/people/{reference}/intelligence', '/people/{reference}/intelligence/new'),
    ...of(dee, at.intelligence, '/intelligence/{reference}'),
    ...of(dee, at.family, '/family-pages/{reference}', '/family-pages/{reference}/paper'),
    ...of(marguerite, at.person, '/people/{reference}/restriction', '/people/{reference}/hold',
      '/people/{reference}/who-looked'),
    ...by(marguerite, '/out-of-hours'),
  ]
}

/** The first link of the page whose address looks like that. */
async function link(person, pattern) {
  const all = await person.page.locator('a[href]').evaluateAll((links) => links.map((a) => a.getAttribute('href')))
  const found = all.map((href) => href.match(pattern)).find(Boolean)
  assert.ok(found, `${person.page.url()} has a link like ${pattern}: ${all.join(' ')}`)
  return found[1] ?? found[0]
}

/** As `link`, on a page on which it is there in a moment: a worker turns first. */
async function appears(person, where, pattern) {
  for (let tries = 0; tries < 40; tries += 1) {
    await person.page.goto(where)
    if (await person.page.locator('main a').filter({ hasText: 'Owen' }).count() > 0) break
    await person.page.waitForTimeout(250)
  }
  return link(person, pattern)
}

async function takenDown(dee, children) {
  await dee.page.goto('/contacts/by-telephone')
  await dee.choose('No', 'Is a child in immediate danger?')
  await dee.type('Who is calling, and how can they be reached?', 'Neighbour, 01632 960 777')
  await dee.select('Where does the caller work?', 'North Fylding Police')
  await dee.type('What is the caller worried about?', 'A child crying at the window.')
  for (const [n, given] of children.entries()) {
    await dee.type(`First names of child ${n + 1}`, given)
    await dee.type(`Family name of child ${n + 1}`, 'Invented-Rowe')
  }
  await dee.press('Put it on the record')
  await dee.press('Take it on')
  return dee.page.url().match(/contacts\/([^/?]+)/)[1]
}

async function decided(dee, contact, child, level, next) {
  await dee.page.goto(`/contacts/${contact}`)
  await dee.follow(`Decide for ${child} Invented-Rowe`)
  const pathway = dee.page.url().match(/pathways\/([^/]+)/)[1]
  await dee.choose(level, 'Level of need')
  await dee.choose(next, 'What happens next')
  for (const field of ['Risk', 'Strengths', 'The child’s voice', 'Reasons']) await dee.type(field, 'As written.')
  await dee.press('Record the decision')
  return pathway
}

/** Opens a page as somebody, and says what is wrong with it. */
async function faults(person, where) {
  const answer = await person.page.goto(where)
  if (answer.status() !== 200) return [`${where} answers ${answer.status()}`]
  const there = new URL(person.page.url()).pathname
  if (there !== where) return [`${where} leads to ${there}`]
  const found = []
  await person.passesAxe().catch((error) => found.push(error.message))
  await person.page.emulateMedia({ media: 'print' })
  const pressed = await person.page.locator('nav:visible, form:visible, button:visible').count()
  if (pressed > 0) found.push(`${where} prints ${pressed} things that can only be pressed`)
  await person.page.emulateMedia({ media: null })
  return found
}

story('every page passes axe, fits a narrow screen and prints', async (world) => {
  const people = { anybody: await world.somebody() }
  for (const [name, at] of [['owen', 'marram'], ['dee', 'hub'], ['marguerite', 'hub'], ['jo', 'unit'], ['ossian', 'unit']]) {
    people[name] = await world.signIn(`${name}@${at}.example`)
  }
  const { owen, dee, marguerite, jo } = people
  const at = {}

  await owen.asksInDanger('Shouting in the hall', 'Invented-Quay')
  await owen.press('Send the request')
  at.contact = owen.page.url().match(/contacts\/([^/]+)/)[1]
  await owen.page.goto('/')
  await owen.asksInDanger('Left alone at night', 'Invented-Marsh')
  at.draft = owen.page.url().match(/requests\/([^/]+)/)[1]
  await owen.page.goto('/session/conflicts')
  await owen.choose('Yes')
  await owen.type('If yes, what are their names, as you know them?', 'The Invented-Marsh children')
  await owen.type('How do you know them?', 'My brother’s children')
  await owen.press('Declare')
  await marguerite.page.goto('/declared-conflicts')
  at.declared = await link(marguerite, /^\/declared-conflicts\/[^/?]+$/)

  await owen.page.goto('/ask')
  await owen.type('The child’s whole name', 'Nobody Invented-Unknown')
  await owen.type('Why do you ask?', 'A neighbour spoke of him.')
  await owen.press('Send to the hub')
  at.asked = await appears(marguerite, '/asked', /^\/asked\/[^/?]+$/)

  await dee.page.goto('/data-requests/new')
  await dee.type('Who asks?', 'Somebody Invented-Unknown')
  await dee.choose('They ask about themselves', 'By what right?')
  await dee.choose('Yes', 'Do you know who they are, and that they have that right?')
  await dee.today('received')
  await dee.type('The child’s whole name', 'Somebody Invented-Unknown')
  await dee.type('How are they reached safely, and how do they want the copy?', 'By hand')
  await dee.press('Save')
  at.data = dee.page.url().match(/data-requests\/([^/?]+)/)[1]

  const contact = await takenDown(dee, ['Kit', 'Bea'])
  at.decided = await decided(dee, contact, 'Kit', 'Level 3 Intensive', 'Intensive family support')
  at.unsigned = await decided(dee, contact, 'Bea', 'Level 4 Specialist', 'Child and family assessment (section 17)')
  await dee.page.goto(`/contacts/${at.contact}`)
  await dee.press('Take it on')
  at.open = await link(dee, /^\/pathways\/([^/]+)\/decision/)
  await dee.page.goto(`/contacts/${contact}`)
  at.strike = await link(dee, /^\/pathways\/[^/]+\/entries\/[^/]+\/strike$/)
  at.person = await link(dee, /^\/people\/([^/?]+)/)
  const persons = await dee.page.locator('a[href^="/people/"]').evaluateAll((links) =>
    [...new Set(links.map((a) => a.getAttribute('href').split('/')[2]))])
  at.pair = `/people/${persons[0]}/may-be/${persons[1]}`
  await dee.page.goto(`/people/${at.person}/family-pages`)
  await dee.page.getByLabel('the child').check()
  await dee.press('Begin the page')
  at.family = dee.page.url().match(/family-pages\/([^/?]+)/)[1]

  await dee.page.goto(`/people/${at.person}/intelligence/new`)
  await dee.type('What were you told?', 'A blue van waits outside the school')
  await dee.choose('2: The source is untested', 'How good is the source?')
  await dee.choose('A: The source saw or heard it', 'How does the source know it?')
  await dee.choose('P: The hub may read it', 'Who may read it?')
  await dee.press('Save')
  await dee.page.goto('/intelligence')
  at.intelligence = await link(dee, /^\/intelligence\/([^/?]+)$/)

  await jo.page.goto('/agencies')
  await jo.follow('Seaholme Council Children’s Services')
  at.agency = jo.page.url().match(/agencies\/([^/?]+)/)[1]
  at.team = await link(jo, /^\/teams\/([^/?]+)/)
  at.place = await link(jo, /^\/places\/([^/?]+)/)
  await jo.follow('Sunil Rao-Demo')
  at.staff = jo.page.url().match(/staff\/([^/?]+)/)[1]
  // Nobody of the demo looks after privacy: the Business Unit gives the role.
  await jo.select('Role', 'Privacy officer')
  const today = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London' }).format(new Date()).split('/')
  for (const [n, part] of ['day', 'month', 'year'].entries()) {
    await jo.page.locator(`[name="role-from.${part}"]`).fill(String(Number(today[n])))
  }
  await jo.press('Give the role')
  await jo.reads('The role was given')
  people.wren = await world.signIn('wren@links.example')
  people.sunil = await world.signIn('sunil@hub.example')

  const all = visits(people, at)
  const known = new Set([...all.map(([route]) => route), ...Object.keys(exempt)])
  assert.ok(routes.length > 50, `the list of routes is read: ${routes.length}`)
  assert.deepEqual(routes.filter((route) => !known.has(route)), [], 'a route that no one walks')
  assert.deepEqual([...known].filter((route) => !routes.includes(route)), [], 'a walk to no route')
  const wrong = []
  for (const [, person, where] of all) wrong.push(...await faults(person, where))
  assert.deepEqual(wrong, [])
}, { on: ['SQLite'] })
