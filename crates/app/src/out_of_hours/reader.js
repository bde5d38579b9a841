// Opens what is sealed in the page, and shows it as text. After a quarter of an hour without a key or a
// press it is gone from the screen, and the passphrase is asked for again.
const AWAY = 15 * 60 * 1000
const at = (id) => document.getElementById(id)
const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0))

async function open(passphrase) {
  const file = JSON.parse(at('sealed').textContent)
  const typed = new TextEncoder().encode(passphrase)
  const secret = await crypto.subtle.importKey('raw', typed, 'PBKDF2', false, ['deriveKey'])
  const how = { name: 'PBKDF2', hash: 'SHA-256', salt: bytes(file.salt), iterations: file.rounds }
  const kind = { name: 'AES-GCM', length: 256 }
  const key = await crypto.subtle.deriveKey(how, secret, kind, false, ['decrypt'])
  const opened = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: bytes(file.nonce) }, key, bytes(file.sealed))
  return JSON.parse(new TextDecoder().decode(opened))
}

function add(to, tag, text) {
  const element = document.createElement(tag)
  if (text !== undefined) element.textContent = text
  to.append(element)
  return element
}

function child(to, one) {
  const details = add(to, 'details')
  add(details, 'summary', `${one.name}. ${one.born}`)
  for (const said of one.first) add(details, 'p', said).className = 'first'
  const list = add(details, 'dl')
  for (const [what, said] of one.lines) {
    add(list, 'dt', what)
    add(list, 'dd', said)
  }
  details.dataset.said = `${one.name} ${JSON.stringify(one.lines)}`.toLowerCase()
  return details
}

function show(extract) {
  const read = at('read')
  read.replaceChildren()
  add(read, 'p', `${extract.partnership}. Made ${extract.made}, by ${extract.by}. What is new since then is not here.`)
  add(read, 'p', extract.without)
  if (extract.more) add(read, 'p', 'There were more than there is room for: ring the hub’s manager.')
  const label = add(read, 'label', 'Find a child, a relative, a street or a school')
  const field = add(label, 'input')
  field.type = 'search'
  field.autocomplete = 'off'
  const count = add(read, 'p')
  count.setAttribute('role', 'status')
  const all = extract.children.map((one) => child(read, one))
  const find = () => {
    const words = field.value.toLowerCase().split(' ').filter(Boolean)
    let shown = 0
    for (const one of all) {
      one.hidden = !words.every((word) => one.dataset.said.includes(word))
      shown += one.hidden ? 0 : 1
    }
    count.textContent = shown === 0 ? 'Nobody of whom something is open goes by that.' : `${shown} shown`
  }
  field.addEventListener('input', find)
  find()
  const close = add(read, 'button', 'Close it')
  close.type = 'button'
  close.addEventListener('click', away)
  at('open').hidden = true
  read.hidden = false
  field.focus()
}

function away() {
  at('read').replaceChildren()
  at('read').hidden = true
  at('open').hidden = false
  at('passphrase').focus()
}

let timer
function used() {
  clearTimeout(timer)
  timer = setTimeout(away, AWAY)
}
for (const what of ['keydown', 'pointerdown']) addEventListener(what, used)

at('open').addEventListener('submit', async (event) => {
  event.preventDefault()
  const field = at('passphrase')
  const typed = field.value
  field.value = ''
  at('problem').textContent = 'Opening it: this takes a few seconds.'
  try {
    show(await open(typed))
    at('problem').textContent = ''
    used()
  } catch {
    at('problem').textContent = 'This is not the passphrase, or the file was changed. Type it again, with its spaces.'
    field.focus()
  }
})
