import { signal } from '@preact/signals'

/** Where one is: what stands behind the # in parts. `#/scripts/1/changes/2` → `['scripts', '1', 'changes', '2']` */
const parts = (): string[] => location.hash.replace(/^#\/?/, '').split('/').filter(Boolean).map(decodeURIComponent)

const place = signal(parts())
addEventListener('hashchange', () => {
  place.value = parts()
  // As on any page that is loaded: what is read next begins at its heading.
  scrollTo(0, 0)
  queueMicrotask(() => document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true }))
})

export const go = (path: string): void => void (location.hash = path)
/** A place that one does not come back to. */
export const replace = (path: string): void => location.replace(`#${path}`)

/** What stands at a place that fits: `fits('scripts/:/changes/:')` at `#/scripts/1/changes/2` → `['1', '2']` */
export function fits(pattern: string): string[] | undefined {
  const wanted = pattern.split('/').filter(Boolean)
  const here = place.value
  const fit = wanted.length === here.length && wanted.every((word, i) => word === ':' || word === here[i])
  return fit ? here.filter((_, i) => wanted[i] === ':') : undefined
}
