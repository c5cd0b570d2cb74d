import { useSignal } from '@preact/signals'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { told, useAct, useAnswer, useTitle } from '../asking.ts'
import { keepPace, load, ownPace } from '../script/load.ts'
import { charactersAMinute, faster, measured, readingOf, secondsLeft, spokenLines } from '../script/reading.ts'
import type { Script } from '../script/script.ts'
import { duration, t } from '../words.ts'
import { atMark, useScroll } from './prompter/scroll.ts'
import { w } from './prompter/words.ts'
import './prompter/prompter.css'

const SIZES = 6
const STEP = 1.05

function Prompter({ script, pace }: { script: Script; pace: number | undefined }) {
  const lines = spokenLines(script.scenes)
  const page = useRef<HTMLDivElement>(null)
  const whole = useRef<HTMLElement>(null)
  const running = useSignal(false)
  const mirror = useSignal(false)
  const size = useSignal(3)
  const said = useSignal('')
  const reading = useSignal(readingOf(lines, pace))
  const since = useSignal<{ at: number; paragraph: string } | undefined>(undefined)
  const { act, wrong } = useAct()
  const { gone, jump, step } = useScroll(page, running, reading)
  useTitle(() => w.prompter)
  const measure = () => {
    const begun = since.value
    const paragraph = atMark(page.current)?.textContent
    since.value = begun || !paragraph ? undefined : { at: performance.now(), paragraph }
    if (begun) reading.value = measured(reading.value, begun.paragraph, performance.now() - begun.at)
  }
  const keep = () =>
    act(async () => {
      await keepPace(reading.value.msPerCharacter)
      said.value = w.kept
    })
  const resize = (by: number) => (size.value = Math.min(SIZES, Math.max(1, size.value + by)))
  const full = () => void (document.fullscreenElement ? document.exitFullscreen() : whole.current?.requestFullscreen())
  const keys: Readonly<Record<string, () => void>> = {
    ' ': () => (running.value = !running.value),
    ArrowUp: () => (reading.value = faster(reading.value, STEP)),
    ArrowDown: () => (reading.value = faster(reading.value, 1 / STEP)),
    PageDown: () => step(1),
    PageUp: () => step(-1),
    Home: () => jump(0),
    '+': () => resize(1),
    '-': () => resize(-1),
    KeyM: () => (mirror.value = !mirror.value),
    KeyF: full,
    KeyP: measure,
  }
  useLayoutEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return
      // Space on a button presses that button.
      const onButton = event.key === ' ' && event.target instanceof HTMLButtonElement
      const does = onButton ? undefined : (keys[event.key] ?? keys[event.code])
      if (!does) return
      event.preventDefault()
      does()
    }
    addEventListener('keydown', pressed)
    return () => removeEventListener('keydown', pressed)
  })
  const button = (label: string, press: () => void, pressed?: boolean) => (
    <button type="button" onClick={press} aria-pressed={pressed}>
      {label}
    </button>
  )
  return (
    <section ref={whole} class="prompter" data-size={size} data-running={running}>
      <div class="controls row">
        <h1 tabIndex={-1}>{w.prompter}</h1>
        <button type="button" class="main" onClick={() => (running.value = !running.value)}>
          {running.value ? w.stop : w.start}
        </button>
        {button(w.slower, () => (reading.value = faster(reading.value, 1 / STEP)))}
        {button(w.faster, () => (reading.value = faster(reading.value, STEP)))}
        {button(w.full, full)}
        <a href={`#/scripts/${script.id}`}>{t.back}</a>
        <span>
          {duration(secondsLeft(reading.value, gone.value))} {w.left} · {charactersAMinute(reading.value)}{' '}
          {w.charsAMinute}
        </span>
        <small role="status">{since.value ? w.measuring : said}</small>
        <details>
          <summary>{w.more}</summary>
          <div class="row">
            {button(w.smaller, () => resize(-1))}
            {button(w.larger, () => resize(1))}
            {button(w.mirror, () => (mirror.value = !mirror.value), mirror.value)}
            {button(w.measure, measure, since.value !== undefined)}
            {button(w.keepPace, keep)}
          </div>
          <small>{w.hint}</small>
        </details>
        <p role="alert">{wrong}</p>
      </div>
      <div
        ref={page}
        class={mirror.value ? 'read mirrored' : 'read'}
        lang={script.language}
        tabIndex={0}
        role="region"
        aria-label={script.title}
      >
        {lines.length === 0 ? <p>{w.nobody}</p> : lines.map((line, i) => <p key={i}>{line}</p>)}
      </div>
    </section>
  )
}

export function ReadAloud({ id }: { id: string }) {
  const { data, error } = useAnswer(() => Promise.all([load(id), ownPace()]), [id]).value
  if (error !== undefined) return <p role="alert">{told(error)}</p>
  return data ? <Prompter script={data[0].script} pace={data[1]} /> : <p>{t.loading}</p>
}
