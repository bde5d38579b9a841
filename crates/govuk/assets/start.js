// Improves pages that already work: counters, conditional answers, the menu on small screens.
import { initAll } from './govuk-frontend.js'

document.body.classList.add('js-enabled')
if ('noModule' in HTMLScriptElement.prototype) {
  document.body.classList.add('govuk-frontend-supported')
}
initAll()

// Leaving a page at once, by a press or by Shift three times: the other page takes its place, so
// that going back does not show it again.
const SOON = 5000
const exit = document.querySelector('.app-leave a')
function leave() {
  document.body.hidden = true
  location.replace(exit.href)
}
if (exit) {
  let presses = []
  exit.addEventListener('click', (event) => { event.preventDefault(); leave() })
  document.addEventListener('keyup', ({ key, timeStamp }) => {
    if (key !== 'Shift') { presses = []; return }
    presses = [...presses, timeStamp].filter((at) => timeStamp - at < SOON)
    if (presses.length >= 3) leave()
  })
}
