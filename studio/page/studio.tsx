import { Enter } from './pages/enter.tsx'
import { pages } from './pages.tsx'
import { fits } from './route.ts'
import { scenor, signedIn } from './session.ts'
import { language, speak, t } from './words.ts'

function Page() {
  for (const [pattern, page] of pages) {
    const parts = fits(pattern)
    if (parts) return page(...parts)
  }
  return <h1 tabIndex={-1}>{t.notFound}</h1>
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
      <main id="main">{signedIn.value === undefined ? <p>{t.loading}</p> : signedIn.value ? <Page /> : <Enter />}</main>
    </>
  )
}

/** Places stand behind the #: a link to a part of the page would lead away from it. */
function toMain(event: Event): void {
  event.preventDefault()
  document.querySelector<HTMLElement>('main h1')?.focus()
}
