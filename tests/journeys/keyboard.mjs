// A person who uses no mouse: what has the focus, and how they come to what they want.
import assert from 'node:assert/strict'

/** What has the focus, and whether one can see that it has. */
export function focused(person) {
  return person.page.evaluate(() => {
    const at = document.activeElement
    const style = getComputedStyle(at)
    const drawn = [style, at.nextElementSibling && getComputedStyle(at.nextElementSibling, '::before')]
      .some((s) => s && ((s.outlineStyle !== 'none' && s.outlineWidth !== '0px') || s.boxShadow !== 'none'))
    const words = [...(at.labels ?? [])].map((l) => l.innerText.trim()).join(' ') || at.innerText?.trim()
    return { words: words ?? '', drawn, kind: at.className, tag: at.tagName }
  })
}

export async function tabTo(person, words) {
  for (let presses = 0; presses < 60; presses += 1) {
    await person.page.keyboard.press('Tab')
    const at = await focused(person)
    if (at.tag !== 'BODY') assert.ok(at.drawn, `the focus on “${at.words}” can be seen`)
    if (at.words.startsWith(words)) return
  }
  assert.fail(`no way to “${words}” by Tab on ${person.page.url()}`)
}

/** Presses a key that leads to another page. */
export async function pressKey(person, key) {
  const before = person.page.url()
  await person.page.keyboard.press(key)
  await person.page.waitForURL((url) => url.href !== before)
  await person.page.waitForLoadState()
}
