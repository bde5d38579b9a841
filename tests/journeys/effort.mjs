// What a form asks of whoever fills it in, by the keystroke-level model: seconds of a practised
// person who makes no mistake, for each thing they do. It says what the form costs, not what
// thinking does. Card, Moran and Newell, “The keystroke-level model for user performance time with
// interactive systems”, CACM 23 (1980): K of an average non-secretary typist, P, B, H and M.
const KEY = 0.28
const POINT = 1.1
const CLICK = 0.2
const HANDS = 0.4
const MIND = 1.35
// Reading English silently: Brysbaert, “How many words do we read per minute?” (2019).
const WORDS_READ_A_MINUTE = 238
// Composing at a keyboard: Karat and others, “Patterns of entry and correction in large vocabulary
// continuous speech recognition systems” (1999).
const WORDS_COMPOSED_A_MINUTE = 19
// Until the next page is there, generously: a school's line, not ours.
const PAGE = 1

/** Counts what somebody does, and says how long it takes. */
export class Effort {
  seen = new Set()
  doing = 0
  composed = 0
  pages = 0
  instructions = 0
  checked = 0

  /** A page is there. Whoever has not seen it before reads each line that no other page had. */
  async comesTo(page) {
    this.pages += 1
    this.instructions += this.#read(await words(page))
  }

  /** A page of one's own answers is there. Everybody reads it. */
  async checks(page) {
    this.pages += 1
    this.checked += this.#read(await words(page))
  }

  #read(lines) {
    const fresh = lines.filter((line) => !this.seen.has(line))
    fresh.forEach((line) => this.seen.add(line))
    return fresh.join(' ').split(/\s+/).filter(Boolean).length
  }

  /** A choice. */
  chooses() {
    this.doing += MIND + POINT + CLICK
  }

  /** A button that always comes next: nobody thinks about it. */
  presses() {
    this.doing += POINT + CLICK
  }

  /** Into a field, hands to the keys, and what is known by heart: a name, a date, a number. */
  types(words) {
    this.doing += MIND + POINT + CLICK + 2 * HANDS + words.length * KEY
  }

  /** Into a field, hands to the keys; the words are composed, and counted apart. */
  composes(words) {
    this.types('')
    this.composed += words.split(/\s+/).length
  }

  /** Minutes that the form itself takes of whoever knows it. */
  get form() {
    return (this.doing + this.pages * PAGE) / 60 + this.checked / WORDS_READ_A_MINUTE
  }

  /** Minutes that composing takes. */
  get composing() {
    return this.composed / WORDS_COMPOSED_A_MINUTE
  }

  /** Minutes that it takes more to read every word of every page, as on the first time. */
  get reading() {
    return this.instructions / WORDS_READ_A_MINUTE
  }

  toString() {
    const [form, composing, reading] = [this.form, this.composing, this.reading].map((m) => m.toFixed(1))
    const sum = (this.form + this.composing).toFixed(1)
    return `${this.pages} pages: ${form} minutes to point, to type what is known and to check it, ` +
      `${composing} to compose ${this.composed} words, ${sum} together; ` +
      `${reading} more for whoever reads all ${this.instructions} words of the pages for the first time`
  }
}

/** The lines that a page shows: what only a screen reader says is not among them. */
function words(page) {
  return page.evaluate(() => {
    const main = document.querySelector('main').cloneNode(true)
    main.querySelectorAll('.govuk-visually-hidden, details > :not(summary)').forEach((hidden) => hidden.remove())
    document.body.append(main)
    const lines = main.innerText.split('\n').map((line) => line.trim()).filter(Boolean)
    main.remove()
    return lines
  })
}
