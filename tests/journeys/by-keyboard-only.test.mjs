// A teacher who uses no mouse signs in, begins a request, and is led to what is missing.
import assert from 'node:assert/strict'
import { story } from './world.mjs'

/** What has the focus, and whether one can see that it has. */
function focused(person) {
  return person.page.evaluate(() => {
    const at = document.activeElement
    const style = getComputedStyle(at)
    const drawn = [style, at.nextElementSibling && getComputedStyle(at.nextElementSibling, '::before')]
      .some((s) => s && ((s.outlineStyle !== 'none' && s.outlineWidth !== '0px') || s.boxShadow !== 'none'))
    const words = [...(at.labels ?? [])].map((l) => l.innerText.trim()).join(' ') || at.innerText?.trim()
    return { words: words ?? '', drawn, kind: at.className, tag: at.tagName }
  })
}

async function tabTo(person, words) {
  for (let presses = 0; presses < 60; presses += 1) {
    await person.page.keyboard.press('Tab')
    const at = await focused(person)
    if (at.tag !== 'BODY') assert.ok(at.drawn, `the focus on “${at.words}” can be seen`)
    if (at.words.startsWith(words)) return
  }
  assert.fail(`no way to “${words}” by Tab on ${person.page.url()}`)
}

async function pressKey(person, key) {
  const before = person.page.url()
  await person.page.keyboard.press(key)
  await person.page.waitForURL((url) => url.href !== before)
  await person.page.waitForLoadState()
}

story('a request is begun by keyboard only', async (world) => {
  const owen = await world.somebody()
  await owen.go('/sign-in')
  await owen.page.keyboard.press('Tab')
  assert.equal((await focused(owen)).words, 'Skip to main content')
  await owen.page.keyboard.press('Enter')
  await tabTo(owen, 'Email address')
  await owen.page.keyboard.type('owen@marram.example')
  await tabTo(owen, 'Password')
  await owen.page.keyboard.type('demo-only-password')
  await pressKey(owen, 'Enter')

  await tabTo(owen, 'Start a request for support')
  await pressKey(owen, 'Space')
  await tabTo(owen, 'Yes')
  await owen.page.keyboard.press('ArrowDown')
  assert.equal((await focused(owen)).words, 'No')
  await tabTo(owen, 'Save and continue')
  await pressKey(owen, 'Enter')

  // What is missing comes first, and leads to its field.
  await tabTo(owen, 'Save and continue')
  await owen.page.keyboard.press('Enter')
  await owen.reads('There is a problem')
  assert.match((await focused(owen)).kind, /govuk-error-summary/)
  await tabTo(owen, 'Choose whether the address must be kept secret')
  await owen.page.keyboard.press('Enter')
  assert.equal((await focused(owen)).words, 'Yes')
  await owen.page.keyboard.press('Space')
  await tabTo(owen, 'Save and continue')
  await pressKey(owen, 'Enter')
  await owen.reads('Family name')
}, { on: ['SQLite'] })
