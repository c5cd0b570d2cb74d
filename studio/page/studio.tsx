import { place } from './route.ts'
import { scenor, signedIn } from './session.ts'
import { language, speak, t } from './words.ts'
import { Brief } from './pages/brief.tsx'
import { Changes } from './pages/changes.tsx'
import { Edit } from './pages/edit.tsx'
import { Enter } from './pages/enter.tsx'
import { Script } from './pages/script.tsx'
import { Scripts } from './pages/scripts.tsx'
import { Writing } from './pages/writing.tsx'

function Page() {
  const [word, id = '', more, n = ''] = place.value
  if (word === undefined) return <Scripts />
  if (word === 'new') return <Brief />
  if (word === 'writing') return <Writing key={id} id={id} />
  if (word === 'scripts' && more === 'changes') return <Changes key={`${id} ${n}`} id={id} n={Number(n)} />
  if (word === 'scripts' && more === 'edit') return <Edit key={id} id={id} />
  if (word === 'scripts') return <Script key={id} id={id} />
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
