// The world of the journeys: a Sightline server over a fresh database, a mail server that really
// receives, a real Chromium, and people who sign in. Every story is told on both databases.
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, mkdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import test from 'node:test'
import assert from 'node:assert/strict'
import { chromium } from 'playwright-core'
import { SMTPServer } from 'smtp-server'

const here = import.meta.dirname
const root = path.resolve(here, '../..')
const target = process.env.CARGO_TARGET_DIR ?? path.join(root, 'target')
const sightline = process.env.SIGHTLINE_BINARY ?? path.join(target, 'debug/sightline')
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const screenshots = path.join(here, 'screenshots')
const wide = { width: 1280, height: 900 }
const narrow = { width: 320, height: 640 }

/** Tells a story on SQLite and on PostgreSQL, or where it is said to matter. */
export function story(name, tell, { on = ['SQLite', 'PostgreSQL'] } = {}) {
  for (const database of on) {
    test(`${name} (${database})`, { timeout: 180_000 }, async (t) => {
      if (database === 'PostgreSQL' && !process.env.SIGHTLINE_TEST_POSTGRES) {
        return t.skip('SIGHTLINE_TEST_POSTGRES is not set: run it by `make test`')
      }
      const world = await World.begin(database)
      try {
        await tell(world)
        await world.rederives()
        world.keepsSilent()
      } finally {
        await world.end()
      }
    })
  }
}

class World {
  letters = []
  log = ''
  /** What only people know: names, numbers and addresses that somebody typed. */
  typed = new Set()

  static async begin(database) {
    const world = new World()
    world.database = database
    world.folder = await mkdtemp(path.join(tmpdir(), 'sightline-journey.'))
    world.url = database === 'SQLite' ? `sqlite:${world.folder}/sightline.sqlite` : await freshPostgres()
    await world.receiveMail()
    await world.serve()
    world.browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
        '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    })
    return world
  }

  /** Starts the server and waits until it says where it is. */
  async serve(port = 0) {
    const args = ['demo', '--database', this.url, '--key', path.join(this.folder, 'key'),
      '--listen', `127.0.0.1:${port}`, '--mail', `smtp://127.0.0.1:${this.mailPort}`, '--scale', '0']
    this.server = spawn(sightline, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    this.server.stderr.on('data', (bytes) => { this.log += bytes })
    this.address = await new Promise((resolve, reject) => {
      let said = ''
      this.server.stdout.on('data', (bytes) => {
        said += bytes
        const at = said.match(/http:\/\/localhost:\d+/)
        if (at) resolve(at[0])
      })
      this.server.on('exit', () => reject(new Error(`the server stopped: ${said}${this.log}`)))
    })
  }

  /** The power fails: the server has no time for anything. Then it comes back where it was. */
  async breaksDown() {
    const port = new URL(this.address).port
    const gone = new Promise((done) => this.server.on('exit', done))
    this.server.kill('SIGKILL')
    await gone
    await this.serve(port)
  }

  async receiveMail() {
    this.mail = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      logger: false,
      onData: (stream, session, done) => {
        let text = ''
        stream.on('data', (bytes) => { text += bytes })
        stream.on('end', () => {
          this.letters.push({ to: session.envelope.rcptTo.map((r) => r.address), text })
          done()
        })
      },
    })
    await new Promise((ready) => this.mail.listen(0, '127.0.0.1', ready))
    this.mailPort = this.mail.server.address().port
  }

  /** Waits for the e-mails to somebody, until there are that many, and answers with the last. */
  async letterTo(address, { number = 1 } = {}) {
    const until = Date.now() + 20_000
    while (Date.now() < until) {
      const found = this.letters.filter((l) => l.to.includes(address)).at(number - 1)
      if (found) return { ...found, words: readable(found.text) }
      await new Promise((r) => setTimeout(r, 100))
    }
    throw new Error(`no e-mail came to ${address}`)
  }

  /** Somebody with a browser of their own. */
  async somebody(options = {}) {
    const context = await this.browser.newContext({ viewport: wide, baseURL: this.address, ...options })
    const page = await context.newPage()
    page.on('pageerror', (error) => { throw error })
    return new Person(page, this, options.javaScriptEnabled !== false)
  }

  /** Somebody who has signed in. */
  async signIn(email, options = {}) {
    const person = await this.somebody(options)
    await person.go('/sign-in')
    await person.signsIn(email)
    return person
  }

  /** Every derived row follows from its history: the check that `sightline rederive` makes. */
  async rederives() {
    const check = spawn(sightline, ['rederive', '--check', '--database', this.url, '--key', path.join(this.folder, 'key')])
    let said = ''
    check.stdout.on('data', (bytes) => { said += bytes })
    check.stderr.on('data', (bytes) => { said += bytes })
    const code = await new Promise((done) => check.on('exit', done))
    assert.equal(code, 0, said)
  }

  /** Whatever somebody typed of anybody, and every reference, stands in no log and in no letter. */
  keepsSilent() {
    const said = this.letters.map((letter) => readable(letter.text.replace(/^(To|Message-ID|Date):.*$/gmi, '')))
    for (const [where, text] of [['the log', this.log], ...said.map((text) => ['a letter', text])]) {
      for (const words of this.typed) assert.ok(!text.includes(words), `${where} says “${words}”: ${text}`)
      assert.doesNotMatch(text, /(?<![\w-])[2-9a-hjkmnpqrtvwxy]{5}-[2-9a-hjkmnpqrtvwxy]{5}(?![\w-])/, `${where} has a reference`)
    }
  }

  /** Notes names, numbers and e-mail addresses among what is typed: words of one thing alone. */
  notes(words) {
    for (const [name] of String(words).matchAll(/(?<![.!?] |^)\p{Lu}[\p{L}’'-]{3,}|\d[\d ]{6,}\d|\S+@\S+/gu)) this.typed.add(name)
    if (/^\p{Lu}[\p{L}’'-]{3,}$/u.test(words)) this.typed.add(words)
  }

  async end() {
    await this.browser?.close()
    this.server?.kill('SIGTERM')
    await new Promise((done) => (this.server?.exitCode === null ? this.server.on('exit', done) : done()))
    await new Promise((done) => this.mail.close(done))
    await rm(this.folder, { recursive: true, force: true })
  }
}

/** The pages that passed already, as they are without what differs each time. */
const passed = new Set()

/** What a person at a browser does. Every page they come to passes axe. */
class Person {
  constructor(page, world, hasScripts) {
    this.page = page
    this.world = world
    this.hasScripts = hasScripts
  }

  async signsIn(email, password = 'demo-only-password') {
    await this.type('Email address', email)
    await this.type('Password', password)
    await this.press('Sign in')
  }

  /** The shortest request: a danger, a child and a telephone. Ends on the page that checks it. */
  async asksInDanger(what, family) {
    await this.press('Start a request for support')
    await this.choose('Yes', 'Is a child in immediate danger?')
    await this.type('What is the danger?', what)
    await this.press('Save and continue')
    await this.type('Family name', family)
    await this.press('Save and continue')
    await this.reads('Check your answers before you send them')
  }

  async go(where) {
    await this.page.goto(where)
    await this.passesAxe()
  }

  async press(name) {
    this.effort?.presses()
    await this.page.getByRole('button', { name, exact: true }).first().click()
    await this.page.waitForLoadState()
    await this.passesAxe()
    if (this.page.url().endsWith('/check')) await this.effort?.checks(this.page)
    else await this.effort?.comesTo(this.page)
  }

  async follow(name) {
    await this.page.getByRole('link', { name }).first().click()
    await this.page.waitForLoadState()
    await this.passesAxe()
  }

  async type(label, words) {
    this.effort?.types(words)
    this.world.notes(words)
    await this.page.getByLabel(label, { exact: true }).first().fill(words)
  }

  /** Words that somebody thinks of while they type them. */
  async compose(label, words) {
    this.effort?.composes(words)
    this.world.notes(words)
    await this.page.getByLabel(label, { exact: true }).first().fill(words)
  }

  async choose(label, group) {
    this.effort?.chooses()
    const within = group ? this.page.getByRole('group', { name: group }) : this.page
    await within.getByLabel(label, { exact: true }).first().check()
  }

  async select(label, option) {
    await this.page.getByLabel(label, { exact: true }).first().selectOption({ label: option })
  }

  async date(group, [day, month, year]) {
    this.effort?.types([day, month, year].join('\t'))
    const within = this.page.getByRole('group', { name: group, exact: true })
    await within.getByLabel('Day').fill(String(day))
    await within.getByLabel('Month').fill(String(month))
    await within.getByLabel('Year').fill(String(year))
  }

  /** Gives today as the date of the fields whose names begin so. */
  async today(name) {
    const today = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London' }).format(new Date()).split('/')
    for (const [n, part] of ['day', 'month', 'year'].entries()) {
      await this.page.locator(`[name="${name}.${part}"]`).fill(String(Number(today[n])))
    }
  }

  async reads(words) {
    await this.page.getByText(words).first().waitFor({ timeout: 5000 })
  }

  async doesNotRead(words) {
    const body = await this.page.locator('body').innerText()
    assert.ok(!body.includes(words), `the page says “${words}”`)
  }

  /** A picture of the page as it is, wide and narrow, for a person to look at. */
  async picture(name) {
    if (!process.env.SIGHTLINE_SCREENSHOTS) return
    await mkdir(screenshots, { recursive: true })
    await this.page.screenshot({ path: path.join(screenshots, `${name}-1280.png`), fullPage: true })
    await this.page.setViewportSize(narrow)
    await this.page.screenshot({ path: path.join(screenshots, `${name}-320.png`), fullPage: true })
    await this.page.setViewportSize(wide)
  }

  async passesAxe() {
    if (!this.hasScripts) return assert.ok(await this.fitsNarrowScreen(), `${this.page.url()} scrolls sideways`)
    const state = (await this.page.content())
      .replace(/ value="[^"]*"/g, '')
      .replace(/[0-9a-z]{5}-[0-9a-z]{5}/g, '')
    if (passed.has(state)) return
    // The content policy forbids inline script, so axe comes in by the browser's own door.
    const found = await this.page.evaluate(`(async () => {
      ${axe}
      const { violations } = await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })
      return violations.map((v) => v.id + ': ' + v.help + ' ' + v.nodes.map((n) => n.target.join(' ')).join(', '))
    })()`)
    assert.deepEqual(found, [], `${this.page.url()} fails axe`)
    const fits = await this.fitsNarrowScreen()
    assert.ok(fits, `${this.page.url()} scrolls sideways at 320 px`)
    passed.add(state)
  }

  async fitsNarrowScreen() {
    await this.page.setViewportSize(narrow)
    const fits = await this.page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)
    await this.page.setViewportSize(wide)
    return fits
  }
}

/** An e-mail as it is read: quoted-printable undone, its subject before its text. */
function readable(letter) {
  const bytes = letter.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString('utf8')
}

/** A new database in the cluster that `scripts/with-postgres` started. */
async function freshPostgres() {
  const base = new URL(process.env.SIGHTLINE_TEST_POSTGRES)
  const name = `journey_${process.pid}_${Date.now()}`
  await new Promise((resolve, reject) => {
    const psql = spawn('psql', ['-q', base.href, '-c', `CREATE DATABASE ${name}`])
    psql.on('exit', (code) => (code === 0 ? resolve() : reject(new Error('psql failed'))))
  })
  base.pathname = `/${name}`
  return base.href
}
