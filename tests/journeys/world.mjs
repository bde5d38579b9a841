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

/** Tells a story on SQLite and on PostgreSQL. */
export function story(name, tell) {
  for (const database of ['SQLite', 'PostgreSQL']) {
    test(`${name} (${database})`, { timeout: 180_000 }, async (t) => {
      if (database === 'PostgreSQL' && !process.env.SIGHTLINE_TEST_POSTGRES) {
        return t.skip('SIGHTLINE_TEST_POSTGRES is not set: run it by `make test`')
      }
      const world = await World.begin(database)
      try {
        await tell(world)
        await world.rederives()
      } finally {
        await world.end()
      }
    })
  }
}

class World {
  letters = []

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
  async serve() {
    const args = ['demo', '--database', this.url, '--key', path.join(this.folder, 'key'),
      '--listen', '127.0.0.1:0', '--mail', `smtp://127.0.0.1:${this.mailPort}`, '--scale', '0']
    this.server = spawn(sightline, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    this.log = ''
    this.server.stderr.on('data', (bytes) => { this.log += bytes })
    this.address = await new Promise((resolve, reject) => {
      let said = ''
      this.server.stdout.on('data', (bytes) => {
        said += bytes
        const at = said.match(/http:\/\/[\d.]+:\d+/)
        if (at) resolve(at[0])
      })
      this.server.on('exit', () => reject(new Error(`the server stopped: ${said}${this.log}`)))
    })
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

  /** Waits for an e-mail to somebody. */
  async letterTo(address) {
    const until = Date.now() + 20_000
    while (Date.now() < until) {
      const found = this.letters.find((l) => l.to.includes(address))
      if (found) return found
      await new Promise((r) => setTimeout(r, 100))
    }
    throw new Error(`no e-mail came to ${address}`)
  }

  /** Somebody who has signed in, in a browser of their own. */
  async signIn(email, options = {}) {
    const context = await this.browser.newContext({ viewport: wide, baseURL: this.address, ...options })
    const page = await context.newPage()
    page.on('pageerror', (error) => { throw error })
    const person = new Person(page, this)
    await person.go('/sign-in')
    await person.type('Email address', email)
    await person.type('Password', 'demo-only-password')
    await person.press('Sign in')
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

  async end() {
    await this.browser?.close()
    this.server?.kill('SIGTERM')
    await new Promise((done) => (this.server?.exitCode === null ? this.server.on('exit', done) : done()))
    await new Promise((done) => this.mail.close(done))
    await rm(this.folder, { recursive: true, force: true })
  }
}

/** What a person at a browser does. Every page they come to passes axe. */
class Person {
  constructor(page, world) {
    this.page = page
    this.world = world
  }

  async go(where) {
    await this.page.goto(where)
    await this.passesAxe()
  }

  async press(name) {
    await this.page.getByRole('button', { name, exact: true }).first().click()
    await this.page.waitForLoadState()
    await this.passesAxe()
  }

  async follow(name) {
    await this.page.getByRole('link', { name }).first().click()
    await this.page.waitForLoadState()
    await this.passesAxe()
  }

  async type(label, words) {
    await this.page.getByLabel(label, { exact: true }).first().fill(words)
  }

  async choose(label, group) {
    const within = group ? this.page.getByRole('group', { name: group }) : this.page
    await within.getByLabel(label, { exact: true }).first().check()
  }

  async select(label, option) {
    await this.page.getByLabel(label, { exact: true }).first().selectOption({ label: option })
  }

  async date(group, [day, month, year]) {
    const within = this.page.getByRole('group', { name: group, exact: true })
    await within.getByLabel('Day').fill(String(day))
    await within.getByLabel('Month').fill(String(month))
    await within.getByLabel('Year').fill(String(year))
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
    // The content policy forbids inline script, so axe comes in by the browser's own door.
    const found = await this.page.evaluate(`(async () => {
      ${axe}
      const { violations } = await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })
      return violations.map((v) => v.id + ': ' + v.help + ' ' + v.nodes.map((n) => n.target.join(' ')).join(', '))
    })()`)
    assert.deepEqual(found, [], `${this.page.url()} fails axe`)
    const fits = await this.fitsNarrowScreen()
    assert.ok(fits, `${this.page.url()} scrolls sideways at 320 px`)
  }

  async fitsNarrowScreen() {
    await this.page.setViewportSize(narrow)
    const fits = await this.page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)
    await this.page.setViewportSize(wide)
    return fits
  }
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
