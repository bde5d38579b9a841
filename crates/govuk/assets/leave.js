// Leaves a public page at once, by a press or by Shift three times, so that going back does not show it
// again. It runs before the words of the page are there. It refuses to keep anything but, for as long as
// the tab is open, that somebody left.
{
  const SOON = 5000
  const LEFT = 'left'
  const exit = document.querySelector('.app-leave a')

  // Whoever forbids pages to store anything still leaves.
  const kept = (act) => { try { return act(sessionStorage) } catch { return null } }

  const leave = () => {
    document.body.hidden = true
    kept((storage) => storage.setItem(LEFT, 'yes'))
    location.replace(exit.href)
  }

  // Pages that were opened one by one, by their addresses, lie behind the one that was left.
  const [came] = performance.getEntriesByType('navigation')
  if (came?.type !== 'back_forward') kept((storage) => storage.removeItem(LEFT))
  else if (kept((storage) => storage.getItem(LEFT))) leave()
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted && kept((storage) => storage.getItem(LEFT))) leave()
  })

  let presses = []
  exit.addEventListener('click', (event) => { event.preventDefault(); leave() })
  document.addEventListener('keyup', ({ key, timeStamp }) => {
    if (key !== 'Shift') { presses = []; return }
    presses = [...presses, timeStamp].filter((at) => timeStamp - at < SOON)
    if (presses.length >= 3) leave()
  })

  // One page takes the place of the other: however many were read, none but the last lies behind.
  document.addEventListener('click', (event) => {
    const link = event.target.closest?.('a[href]')
    const elsewhere = event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey
    if (!link || elsewhere || event.defaultPrevented || link.target || link.origin !== location.origin) return
    if (link.hash && link.pathname === location.pathname && link.search === location.search) return
    event.preventDefault()
    location.replace(link.href)
  })
  document.addEventListener('submit', (event) => {
    const form = event.target
    if (form.method !== 'get' || event.defaultPrevented) return
    event.preventDefault()
    const address = new URL(form.action)
    address.search = new URLSearchParams(new FormData(form, event.submitter))
    location.replace(address)
  })
}
