import { useSignal, type ReadonlySignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { RefObject } from 'preact'
import { shareIn, type Reading } from '../../script/reading.ts'

/** Milliseconds that a frame may count for: a tab that was away does not leap. */
const LONGEST_FRAME_MS = 250

/** Where one reads, as a share of the height from above; the style has it too. */
const MARK = 0.4

const wayOf = ({ scrollHeight, clientHeight }: HTMLElement): number => Math.max(1, scrollHeight - clientHeight)

/** Moves a text by at its pace while it runs. @returns the share of it that has gone by */
export function useScroll(
  page: RefObject<HTMLElement | null>,
  running: { value: boolean },
  reading: ReadonlySignal<Reading>,
): { readonly gone: ReadonlySignal<number>; jump(share: number): void; step(by: -1 | 1): void } {
  const gone = useSignal(0)
  useEffect(() => {
    const there = page.current
    if (!running.value || !there) return undefined
    let frame = 0
    let last = performance.now()
    let at = there.scrollTop / wayOf(there)
    const draw = (now: number) => {
      // A hand has moved it: it goes on from there.
      if (Math.abs(there.scrollTop - at * wayOf(there)) > 2) at = there.scrollTop / wayOf(there)
      at += shareIn(reading.value, Math.min(LONGEST_FRAME_MS, now - last))
      last = now
      there.scrollTop = at * wayOf(there)
      if (at >= 1) running.value = false
      else frame = requestAnimationFrame(draw)
    }
    frame = requestAnimationFrame(draw)
    return () => cancelAnimationFrame(frame)
  }, [running.value])
  useEffect(() => {
    const there = page.current
    const scrolled = () => there && (gone.value = there.scrollTop / wayOf(there))
    there?.addEventListener('scroll', scrolled)
    return () => there?.removeEventListener('scroll', scrolled)
  }, [])
  return {
    gone,
    jump: (share) => page.current && (page.current.scrollTop = share * wayOf(page.current)),
    step: (by) => {
      const paragraphs = [...(page.current?.querySelectorAll('p') ?? [])]
      const now = atMark(page.current)
      const next = now && paragraphs[paragraphs.indexOf(now) + by]
      // By hand: the page around it stays where it is.
      if (next && page.current)
        page.current.scrollTop += next.getBoundingClientRect().top - now.getBoundingClientRect().top
    },
  }
}

/** The paragraph that is read now: the first that reaches below the mark. */
export function atMark(page: HTMLElement | null): HTMLParagraphElement | undefined {
  if (!page) return undefined
  const { top, height } = page.getBoundingClientRect()
  const paragraphs = [...page.querySelectorAll('p')]
  return paragraphs.find((p) => p.getBoundingClientRect().bottom > top + height * MARK) ?? paragraphs.at(-1)
}
