import { useSignal, type Signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { told } from '../../asking.ts'
import { scenor } from '../../session.ts'
import { asText } from '../../script/script.ts'
import { t } from '../../words.ts'
import type { NewScene } from './compare.tsx'
import { w } from './words.ts'

export interface Variant {
  readonly progress: number
  readonly error: string
  readonly scene: NewScene | undefined
}
const BEGUN: Variant = { progress: 0, error: '', scene: undefined }

/** Waits for one that was ordered, as often as the page is opened. */
async function follow(id: string, show: (variant: Variant) => void, signal: AbortSignal): Promise<void> {
  const ended = await scenor.operations.wait(id, {
    signal,
    onEvent: ({ event, data }) => {
      if (event === 'progress' || event === 'stage') show({ ...BEGUN, progress: data.progress })
    },
  })
  if (ended.status !== 'succeeded') return show({ ...BEGUN, error: ended.error?.title ?? t[ended.status] })
  const { scenes } = await scenor.call('GET /operations/{id}/proposal', { params: { id } })
  show({ ...BEGUN, progress: 1, scene: scenes[0] })
}

/** What is being written, by the ids of operations. */
export function useVariants(ids: readonly string[]): Signal<ReadonlyMap<string, Variant>> {
  const variants = useSignal<ReadonlyMap<string, Variant>>(new Map())
  useEffect(() => {
    const leaving = new AbortController()
    for (const id of ids) {
      const show = (variant: Variant) => (variants.value = new Map([...variants.value, [id, variant]]))
      if (variants.value.get(id)?.scene) continue
      show(BEGUN)
      follow(id, show, leaving.signal).catch((error: unknown) => {
        if (!leaving.signal.aborted) show({ ...BEGUN, error: told(error) })
      })
    }
    return () => leaving.abort()
  }, [ids.join(' ')])
  return variants
}

/** Several beside each other, of which one is gone on with. */
export function Variants(props: {
  ids: readonly string[]
  variants: ReadonlyMap<string, Variant>
  chosen: string | undefined
  choose: (id: string) => void
}) {
  const { ids, variants, chosen, choose } = props
  return (
    <fieldset class="choosing">
      <legend>{w.variants}</legend>
      <div class="beside">
        {ids.map((id, i) => {
          const { progress, error, scene } = variants.get(id) ?? BEGUN
          const name = `${w.variant} ${i + 1}`
          return (
            <label key={id} class="choice">
              <span class="row">
                <input
                  type="radio"
                  name="variant"
                  disabled={!scene}
                  checked={chosen === id}
                  onChange={() => choose(id)}
                />
                {name}
              </span>
              {error && <span role="alert">{error}</span>}
              {!scene && !error && <progress value={progress} aria-label={`${name}: ${t.running}`} />}
              <span class="text">{scene?.rows.map(asText).join('\n\n')}</span>
            </label>
          )
        })}
      </div>
    </fieldset>
  )
}
