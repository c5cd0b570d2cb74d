import { signal } from '@preact/signals'

/** Where one is: what stands behind the # in parts. `#/scripts/1/changes/2` → `['scripts', '1', 'changes', '2']` */
const parts = (): string[] => location.hash.replace(/^#\/?/, '').split('/').filter(Boolean).map(decodeURIComponent)

export const place = signal(parts())
addEventListener('hashchange', () => {
  place.value = parts()
  // As on any page that is loaded: what is read next begins at its heading.
  scrollTo(0, 0)
  queueMicrotask(() => document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true }))
})

export const go = (path: string): void => void (location.hash = path)
/** A place that one does not come back to. */
export const replace = (path: string): void => location.replace(`#${path}`)
