// Asks the browser for a passkey, and sends what it answers with the form of the page. It decides
// nothing: the server looks at what was signed.
const box = document.querySelector('[data-passkey]')
const form = box.querySelector('form')
const credentials = navigator.credentials

/** Bytes from the letters in which they were sent (base64url), and back. */
function bytes(letters) {
  const plain = atob(letters.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(plain, (one) => one.charCodeAt(0))
}
function letters(buffer) {
  if (!buffer) return null
  const plain = String.fromCharCode(...new Uint8Array(buffer))
  return btoa(plain).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

function options() {
  const asked = JSON.parse(box.dataset.passkey)
  const named = (list) => list?.map((one) => ({ ...one, id: bytes(one.id) }))
  return {
    ...asked,
    challenge: bytes(asked.challenge),
    ...(asked.user && { user: { ...asked.user, id: bytes(asked.user.id) } }),
    ...(asked.allowCredentials && { allowCredentials: named(asked.allowCredentials) }),
    ...(asked.excludeCredentials && { excludeCredentials: named(asked.excludeCredentials) }),
  }
}

/** What a passkey answered, as the server reads it. */
function said({ id, rawId, type, response }) {
  const parts = response.attestationObject
    ? { attestationObject: letters(response.attestationObject), transports: response.getTransports?.() ?? [] }
    : {
        authenticatorData: letters(response.authenticatorData),
        signature: letters(response.signature),
        userHandle: letters(response.userHandle),
      }
  const heard = { clientDataJSON: letters(response.clientDataJSON), ...parts }
  return JSON.stringify({ id, rawId: letters(rawId), type, response: heard, clientExtensionResults: {} })
}

function tell(name) {
  const all = [...box.querySelectorAll('[data-trouble]')]
  const one = all.find((p) => p.dataset.trouble === name) ?? all.find((p) => p.dataset.trouble === '')
  for (const p of all) p.hidden = p !== one
}

async function ask() {
  try {
    const answer = await credentials[box.dataset.does]({ publicKey: options() })
    form.elements.passkey.value = said(answer)
    form.submit()
  } catch (error) {
    tell(error.name)
  }
}

if (window.PublicKeyCredential && credentials) {
  box.querySelector('[data-lacks]').hidden = true
  box.querySelector('[data-ready]').hidden = false
  form.addEventListener('submit', (event) => { event.preventDefault(); ask() })
  ask()
}
