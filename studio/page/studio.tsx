import { Enter } from './pages/enter.tsx'
import { openPages, pages } from './pages.tsx'
import { Bell, Latest } from './pages/notifications/bell.tsx'
import { words as account } from './pages/account/words.ts'
import { words as templates } from './pages/templates/words.ts'
import { isAdmin } from './pages/runs/admin.tsx'
import { r } from './pages/runs/words.ts'
import { fits } from './route.ts'
import { scenor, signedIn } from './session.ts'
import { language, speak, t } from './words.ts'

function shown(of: typeof pages) {
  for (const [pattern, page] of of) {
    const parts = fits(pattern)
    if (parts) return page(...parts)
  }
  return undefined
}

function Page() {
  if (signedIn.value === undefined) return <p>{t.loading}</p>
  const open = shown(openPages)
  if (open || !signedIn.value) return open ?? <Enter />
  return shown(pages) ?? <h1 tabIndex={-1}>{t.notFound}</h1>
}

const leave = () => {
  void scenor.auth.logout().finally(() => (signedIn.value = false))
}

export function Studio() {
  const other = language.value === 'ru' ? 'en' : 'ru'
  return (
    <>
      <a class="skip" href="#main" onClick={toMain}>
        {t.skip}
      </a>
      <header>
        <a class="name" href="#/">
          Scenor
        </a>
        <nav aria-label="Scenor">
          {signedIn.value && (
            <>
              <a href="#/">{t.scripts}</a>
              <a href="#/new">{t.newScript}</a>
              <a href="#/templates">{templates.templates}</a>
              <Bell />
              {isAdmin.value && <a href="#/runs">{r.runs}</a>}
              <a href="#/account">{account.account}</a>
            </>
          )}
        </nav>
        <button class="plain" lang={other} onClick={() => speak(other)}>
          {other === 'ru' ? 'По-русски' : 'In English'}
        </button>
        {signedIn.value && (
          <button class="plain" onClick={leave}>
            {t.leave}
          </button>
        )}
      </header>
      <Latest />
      <main id="main">
        <Page />
      </main>
    </>
  )
}

/** Places stand behind the #: a link to a part of the page would lead away from it. */
function toMain(event: Event): void {
  event.preventDefault()
  document.querySelector<HTMLElement>('main h1')?.focus()
}
