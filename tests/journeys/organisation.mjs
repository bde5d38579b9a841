// The identity provider of an invented agency: a real one, whose sign-in page is the plainest there is. Whoever
// gives a name of its list is signed in, after a second step that it only says.
import http from 'node:http'
import Provider from 'oidc-provider'

const client = { id: 'sightline', secret: 'what-the-provider-gave-out-to-us' }

/** Begins to serve; `people` says which e-mail address it gives out to which name. */
export async function organisation(name, back, people) {
  let answers
  const server = http.createServer((request, response) => answers(request, response))
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready))
  const issuer = `http://127.0.0.1:${server.address().port}`
  const provider = new Provider(issuer, {
    clients: [{
      client_id: client.id,
      client_secret: client.secret,
      redirect_uris: [back],
      response_types: ['code'],
      grant_types: ['authorization_code'],
    }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], amr: null },
    conformIdTokenClaims: false,
    cookies: { keys: ['only for this test'] },
    features: { devInteractions: { enabled: false } },
    pkce: { required: () => true },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: people[id], email_verified: true }),
    }),
    // It is the agency's own: its people are not asked whether they agree.
    async loadExistingGrant(context) {
      const { client: { clientId }, session: { accountId } } = context.oidc
      const grant = new provider.Grant({ clientId, accountId })
      grant.addOIDCScope('openid email')
      await grant.save()
      return grant
    },
  })
  const serves = provider.callback()
  answers = async (request, response) => {
    if (!request.url.startsWith('/interaction/')) return serves(request, response)
    if (request.method === 'GET') {
      response.setHeader('content-type', 'text/html; charset=utf-8')
      return response.end(page(name))
    }
    let said = ''
    for await (const bytes of request) said += bytes
    const account = new URLSearchParams(said).get('account')
    const result = account
      ? { login: { accountId: account, amr: ['pwd', 'mfa'], remember: false } }
      : { error: 'access_denied' }
    return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false })
  }
  return {
    issuer,
    client,
    stops: () => new Promise((done) => {
      server.close(done)
      server.closeAllConnections()
    }),
  }
}

function page(name) {
  return `<!doctype html><html lang="en"><title>${name}</title><h1>${name}</h1><form method="post">
    <label>Account <input name="account"></label>
    <button>Sign in</button></form><form method="post"><button>Cancel</button></form></html>`
}
