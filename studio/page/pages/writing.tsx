import { useSignal, type Signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Operation, OperationEvent } from '../../../client/index.ts'
import { told, useAct, useTitle } from '../asking.ts'
import { replace } from '../route.ts'
import { scenor } from '../session.ts'
import { stages } from '../labels.ts'
import { duration, t } from '../words.ts'
import { w } from './writing/words.ts'
import './writing/writing.css'

interface Shown {
  readonly text: string
  readonly status: Operation['status']
  readonly stage: string
  readonly progress: number
  readonly attempt: number
  /** The last event, to go on after it. */
  readonly after: string | undefined
  readonly error: string
  readonly retryable: boolean
}

const NOTHING: Shown = {
  text: '',
  status: 'queued',
  stage: '',
  progress: 0,
  attempt: 1,
  after: undefined,
  error: '',
  retryable: false,
}

/** What is shown after an event: the only place that knows what each means. */
function next(shown: Shown, { id, event, data }: OperationEvent): Shown {
  const seen = { ...shown, after: id }
  switch (event) {
    case 'delta':
      return { ...seen, status: 'running', text: shown.text + data.text }
    case 'attempt_reset':
      return { ...seen, text: '', error: '', status: 'running', attempt: data.attempt }
    case 'reset':
      return NOTHING
    case 'stage':
      return { ...seen, ...data, status: data.stage === 'queued' ? 'queued' : 'running' }
    case 'progress':
      return { ...seen, ...data, status: 'running' }
    default:
      return {
        ...seen,
        status: data.status,
        error: data.error?.title ?? '',
        retryable: data.retryable,
        progress: data.progress,
      }
  }
}

/** Tokens come many at a time; the page is drawn once a frame. */
function follow(id: string, shown: Signal<Shown>, signal: AbortSignal): void {
  let waiting: OperationEvent[] = []
  const draw = () => {
    const events = waiting
    waiting = []
    shown.value = events.reduce(next, shown.value)
  }
  const read = async () => {
    for await (const event of scenor.operations.events(id, { signal, after: shown.value.after })) {
      if (waiting.push(event) === 1) requestAnimationFrame(draw)
      if (event.event === 'succeeded') {
        draw()
        replace(`/scripts/${String(event.data.result?.['scenario_id'])}`)
      }
    }
  }
  read().catch((error: unknown) => {
    if (!signal.aborted) shown.value = { ...shown.value, error: told(error) }
  })
}

function useSeconds(running: boolean): number {
  const seconds = useSignal(0)
  useEffect(() => {
    if (!running) return undefined
    const began = Date.now()
    const timer = setInterval(() => (seconds.value = Math.round((Date.now() - began) / 1000)), 1_000)
    return () => clearInterval(timer)
  }, [running])
  return seconds.value
}

/** What was written so far: what stands before the first scene, then scene by scene. */
const partsOf = (text: string): string[] => text.split(/\n\s*\n/).filter((part) => part.trim() !== '')

/** Scenes as they come: the first line of each is its heading. */
function Scenes({ parts, isOpen }: { parts: readonly string[]; isOpen: boolean }) {
  return (
    <div class="paper written" aria-busy={isOpen} tabIndex={0} role="region" aria-label={t.script}>
      {parts.map((part, i) => {
        const [heading = '', ...lines] = part.trim().split('\n')
        return (
          <section key={i}>
            <h2>{heading}</h2>
            {lines.map((line, k) => (
              <p key={k}>{line}</p>
            ))}
          </section>
        )
      })}
    </div>
  )
}

export function Writing({ id }: { id: string }) {
  const shown = useSignal(NOTHING)
  const round = useSignal(0)
  const { busy, wrong, act } = useAct()
  useEffect(() => {
    const leaving = new AbortController()
    follow(id, shown, leaving.signal)
    return () => leaving.abort()
  }, [id, round.value])
  const { text, status, stage, progress, error, attempt, retryable } = shown.value
  const open = status === 'queued' || status === 'running'
  const parts = partsOf(text)
  const percent = Math.round(progress * 100)
  useTitle(() => (open ? `${Math.round(shown.value.progress * 100)} % ${t.running}` : t[shown.value.status]))
  const seconds = useSeconds(open)
  const cancel = () => act(async () => void (await scenor.call('POST /operations/{id}/cancel', { params: { id } })))
  const retry = () =>
    act(async () => {
      await scenor.call('POST /operations/{id}/retry', { params: { id } })
      round.value += 1
    })
  return (
    <section class="narrow">
      <h1 tabIndex={-1}>{t[status]}</h1>
      <div class="row">
        <progress class="grow" value={progress} aria-label={t[status]} />
        <span>
          {percent} % · {duration(seconds)}
        </span>
        {open && (
          <button onClick={cancel} disabled={busy.value}>
            {t.cancel}
          </button>
        )}
        {retryable && (
          <button class="main" onClick={retry} disabled={busy.value}>
            {t.again}
          </button>
        )}
      </div>
      <p role="status">
        {t[status]}
        {open && stage !== 'queued' && stages[stage] && `: ${stages[stage]}`}
        {attempt > 1 && ` (${w.attempt} ${attempt})`}
        {open && stage === 'writing' && parts.length > 1 && `. ${t.scene} ${parts.length - 1} ${w.isWritten}`}
      </p>
      <p role="alert">{error || wrong.value}</p>
      {parts.length === 0 && open && <p>{w.waits}</p>}
      <Scenes parts={parts} isOpen={open} />
    </section>
  )
}
