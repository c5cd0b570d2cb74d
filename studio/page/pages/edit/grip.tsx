import { useSignal, type Signal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useRef } from 'preact/hooks'
import { w } from './words.ts'
import type { Command } from './commands.ts'

/** Where a row that is dragged would come to stand: before another, or at the end of a scene. */
export interface Drop {
  readonly scene: string
  readonly before: string | null
}

interface Press {
  readonly x: number
  readonly y: number
  readonly timer: ReturnType<typeof setTimeout>
  moved: boolean
  long: boolean
}

/** Milliseconds that a finger rests until it means more than a touch. */
const LONG_PRESS_MS = 500
/** Pixels that a hand may tremble. */
const TREMBLE = 8
/** Pixels from the edge of the window at which it scrolls along, and how far at once. */
const EDGE = 60

function dropAt(x: number, y: number): Drop | undefined {
  const under = document.elementFromPoint(x, y)
  const scene = under?.closest<HTMLElement>('[data-scene]')?.dataset['scene']
  if (scene === undefined) return undefined
  const row = under?.closest<HTMLElement>('[data-row]')
  if (!row) return { scene, before: null }
  const { top, height } = row.getBoundingClientRect()
  const next = y < top + height / 2 ? row : row.nextElementSibling
  return { scene, before: (next instanceof HTMLElement && next.dataset['row']) || null }
}

/**
 * The handle of a row or a scene: a touch, a click, a long press or Enter opens what can be done with it; a row is dragged by it.
 * @param drop where it would go, for all to see
 */
export function Grip(props: {
  id: string
  label: string
  children: ComponentChildren
  commands: readonly Command[]
  run: (command: Command) => void
  more?: ComponentChildren
  drag?: { drop: Signal<Drop | undefined>; end: (to: Drop) => void }
}) {
  const { id, label, children, commands, run, more, drag } = props
  const open = useSignal(false)
  /** Where it was pressed, while it is. */
  const pressed = useRef<Press | undefined>(undefined)

  const down = (event: PointerEvent) => {
    if (event.button !== 0) return
    const timer = setTimeout(() => {
      if (!pressed.current || pressed.current.moved) return
      pressed.current.long = true
      open.value = true
    }, LONG_PRESS_MS)
    // A quick hand has left the handle before it is seen to move.
    if (drag) (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId)
    pressed.current = { x: event.clientX, y: event.clientY, timer, moved: false, long: false }
  }
  const move = (event: PointerEvent) => {
    const press = pressed.current
    if (!press || !drag) return
    if (!press.moved && Math.hypot(event.clientX - press.x, event.clientY - press.y) < TREMBLE) return
    press.moved = true
    if (event.clientY < EDGE) scrollBy(0, -EDGE / 3)
    if (event.clientY > innerHeight - EDGE) scrollBy(0, EDGE / 3)
    drag.drop.value = dropAt(event.clientX, event.clientY)
  }
  const release = (counts: boolean) => {
    clearTimeout(pressed.current?.timer)
    const to = drag?.drop.value
    if (drag) drag.drop.value = undefined
    if (counts && to && pressed.current?.moved) drag?.end(to)
  }
  const click = () => {
    const press = pressed.current
    pressed.current = undefined
    // What a drag or a long press has done is done.
    if (!press?.moved && !press?.long) open.value = !open.value
  }
  const choose = (command: Command) => {
    run(command)
    if (!command.again) open.value = false
  }
  const close = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !open.value) return
    open.value = false
    document.getElementById(`menu-${id}`)?.focus()
  }
  return (
    <div class="gripped" onKeyDown={close}>
      <button
        type="button"
        id={`menu-${id}`}
        class={drag ? 'grip drags' : 'grip'}
        aria-expanded={open}
        aria-label={label}
        onPointerDown={down}
        onPointerMove={move}
        onPointerUp={() => release(true)}
        onPointerCancel={() => release(false)}
        onContextMenu={(event) => event.preventDefault()}
        onClick={click}
      >
        {children}
      </button>
      {open.value && (
        <div class="menu" role="group" aria-label={label}>
          {commands.map((command) => (
            <button type="button" key={command.name} title={command.keys} onClick={() => choose(command)}>
              {w[command.name]}
            </button>
          ))}
          {more}
          <button type="button" class="plain" onClick={() => (open.value = false)}>
            {w.close}
          </button>
        </div>
      )}
    </div>
  )
}
