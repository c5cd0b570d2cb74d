import type { JSX } from 'preact'
import { Brief } from './pages/brief.tsx'
import { Changes } from './pages/changes.tsx'
import { Edit } from './pages/edit.tsx'
import { Script } from './pages/script.tsx'
import { Scripts } from './pages/scripts.tsx'
import { Writing } from './pages/writing.tsx'

/** The pages by their places: `:` stands for a part that is handed to the page. The first that fits is shown. */
export const pages: readonly (readonly [place: string, page: (...parts: string[]) => JSX.Element])[] = [
  ['', () => <Scripts />],
  ['new', () => <Brief />],
  ['writing/:', (id = '') => <Writing key={id} id={id} />],
  ['scripts/:', (id = '') => <Script key={id} id={id} />],
  ['scripts/:/edit', (id = '') => <Edit key={id} id={id} />],
  ['scripts/:/changes/:', (id = '', n = '') => <Changes key={`${id} ${n}`} id={id} n={Number(n)} />],
]
