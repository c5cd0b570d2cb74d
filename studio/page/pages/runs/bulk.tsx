import { useSignal } from '@preact/signals'
import { go } from '../../route.ts'
import { scenor } from '../../session.ts'
import { useLive } from './live.ts'
import { WithReason } from './reason.tsx'
import { choiceOf } from './query.ts'
import type { Filter } from './views.ts'
import { r } from './words.ts'

/** The same for all that a filter shows, as an operation that has a page of its own. */
export function Bulk({ filter }: { filter: Filter }) {
  const order = async (reason: string, _: FormData, label: string) => {
    const action = label === r.bulkRetry ? 'retry' : 'cancel'
    const { id } = await scenor.call('POST /admin/bulks', { body: { ...choiceOf(filter), action, reason } })
    go(`/runs/run/${id}`)
  }
  return (
    <details>
      <summary>{r.bulk}</summary>
      <p>
        <small>{r.bulkHint}</small>
      </p>
      <WithReason labels={[r.bulkRetry, r.bulkCancel]} work={order} />
    </details>
  )
}

interface Counts {
  readonly total: number
  readonly done: number
  readonly failed: number
}

/** How far it is, while somebody looks. */
export function BulkCounts({ id }: { id: string }) {
  const runs = useSignal(true)
  const answer = useLive(() => scenor.call('GET /operations/{id}', { params: { id } }), [id], runs)
  const counts = answer.value.data?.result as Counts | null | undefined
  if (!counts) return null
  const { total, done, failed } = counts
  const said = `${done} ${r.bulkDone}, ${failed} ${r.bulkLeft}, ${r.of} ${total}`
  return (
    <p class="row">
      <progress class="grow" value={done + failed} max={total} aria-label={said} />
      <span>{said}</span>
    </p>
  )
}
