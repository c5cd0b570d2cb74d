// The one script of these pages: sends the form to the API and shows what it answers.
const form = document.querySelector('form')
const [wrong, done, button] = ['#wrong', '#done', 'button'].map((name) => document.querySelector(name))
const { call, token: wantsToken, failed, read } = form.dataset
const language = document.documentElement.lang
// Behind the #, where it reaches no server and no log.
const token = new URLSearchParams(location.hash.slice(1)).get('token')

const say = (text) => {
  wrong.textContent = text
  wrong.hidden = false
}
const ask = (path, init) =>
  fetch(`/api/v1${path}`, {
    ...init,
    headers: { 'accept-language': language, ...init.headers },
    referrerPolicy: 'no-referrer',
  })
const post = (path, body, headers) =>
  ask(path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } })

async function refused(answer) {
  const problem = await answer.json().catch(() => undefined)
  const said = (problem?.errors ?? []).map(({ path, message }) => {
    const field = form.elements.namedItem(path.slice(1))
    return field?.labels ? `${field.labels[0].textContent}: ${message}` : message
  })
  say(problem ? [problem.title, ...said].join('. ') : failed)
}

async function succeeded(answer) {
  const { access_token: opened } = answer.status === 204 ? {} : await answer.json()
  const authorization = `Bearer ${opened}`
  if (read) {
    const shown = await ask(location.pathname, { headers: { authorization, accept: 'text/html' } })
    if (shown.ok) {
      // Made by us and escaped there; no script of it would run by this page's policy.
      const page = new DOMParser().parseFromString(await shown.text(), 'text/html')
      document.title = page.title
      document.querySelector('main').replaceWith(page.querySelector('main'))
    } else await refused(shown)
  } else {
    // Used up: it shall not stay in the history.
    history.replaceState(null, '', location.pathname)
    form.hidden = true
    done.hidden = false
    done.focus()
  }
  // Whoever comes to this machine next finds no session of this page.
  if (opened) await ask('/auth/logout', { method: 'POST', headers: { authorization } })
}

if (wantsToken && !token) {
  form.hidden = true
  say(form.dataset.incomplete)
}
form.addEventListener('submit', async (event) => {
  event.preventDefault()
  button.disabled = true
  wrong.hidden = true
  try {
    const fields = Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== ''))
    const answer = await post(call, wantsToken ? { ...fields, token } : fields)
    await (answer.ok ? succeeded(answer) : refused(answer))
  } catch {
    say(failed)
  } finally {
    button.disabled = false
  }
})
