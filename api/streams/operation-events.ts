import { kindOf } from '../../contracts/kinds.ts'
import type { Databases } from '../../db/databases.ts'
import { findEventNumbers, listOperationEvents, type OperationEventRow } from '../../db/ai/operation-events.ts'
import { findOperation } from '../../db/operations/operations.ts'
import type { AcceptTables, OperationRow } from '../../db/operations/schema.ts'
import type { Language } from '../../language.ts'
import type { Kysely } from 'kysely'
import type { Watch } from '../../db/watch.ts'
import { presentOperation } from '../schemas/operations.ts'
import type { Batch, EventSource, ServerEvent } from './event-source.ts'
import { idGone } from './seen.ts'

/** Rows read at a time. */
const PAGE = 200

/** What an operation's stream is told by, whatever keeps it: written events, or what its row shows. */
interface Keeping {
  /** The number of the newest event, and whether the number `seen` is one that was given and what follows it is still there. */
  numbers(row: OperationRow, seen: number): Promise<{ readonly newest: number; readonly listed: boolean }>
  list(seen: number): Promise<ServerEvent[]>
}

interface Deps {
  readonly databases: Databases
  readonly db: Kysely<AcceptTables>
  readonly watch: Watch
}

/**
 * An operation: what was told before, then what is told now, until its current attempt has ended. A later attempt that was opened
 * meanwhile is told on.
 * @param seen number of the last event that the client has, 0 for none
 * @returns `ended`: the client has the end already
 * @throws AppError stream.id_gone for an event that was never told, or whose successors are not kept any more
 */
export async function operationSource(
  deps: Deps,
  row: OperationRow,
  seen: number,
  language: Language,
): Promise<EventSource & { readonly ended: boolean }> {
  const keeping = keepingOf(deps, row, language)
  const { newest, listed } = await keeping.numbers(row, seen)
  const ended = row.finished_at !== null && seen === newest
  if (seen !== 0 && !listed && !ended) idGone()
  return { after: String(seen), ended, batches: (signal) => batches(deps, keeping, row.id, seen, language, signal) }
}

async function* batches(
  { db, watch }: Deps,
  keeping: Keeping,
  id: string,
  after: number,
  language: Language,
  signal: AbortSignal,
): AsyncGenerator<Batch> {
  for (let seen = after; ;) {
    // Before reading: what is written right after the reading must wake us.
    const news = watch.next(id, signal)
    news.catch(() => {})
    const row = await findOperation(db, id)
    const events = await keeping.list(seen)
    // What was told of it has had its time; how it ended is known.
    if (row?.finished_at && events.length === 0 && seen === 0)
      events.push(endOf(row, (await keeping.numbers(row, 0)).newest, language))
    // Erased meanwhile, or ended before we read what there was to say: that was then the last of it.
    const closed = !row || (row.finished_at !== null && events.length < PAGE)
    yield { events, closed }
    if (closed) return
    seen = Number(events.at(-1)?.id ?? seen)
    if (events.length < PAGE) await news
  }
}

function keepingOf({ databases: { ai }, db }: Deps, { id, kind }: OperationRow, language: Language): Keeping {
  if (kindOf(kind).progress === 'written')
    return {
      numbers: async (_, seen) => (await findEventNumbers(ai, id, seen)) ?? { newest: 0, listed: false },
      list: async (seen) => (await listOperationEvents(ai, id, seen, PAGE)).map((event) => present(event, language)),
    }
  return {
    numbers: async (row, seen) => ({
      newest: numberOf(row),
      // It is told by its state alone: whatever time one comes with, the state of now is what follows.
      listed: row.created_at.getTime() <= seen && seen <= numberOf(row),
    }),
    list: async (seen) => fromRow(await findOperation(db, id), seen, language),
  }
}

function present({ seq, type, data }: OperationEventRow, language: Language): ServerEvent {
  if (type !== 'succeeded' && type !== 'failed' && type !== 'cancelled') return { id: seq, event: type, data }
  const row = data as { [K in keyof OperationRow]: OperationRow[K] extends Date ? string : OperationRow[K] }
  const date = (value: unknown) => new Date(value as string)
  return {
    id: seq,
    event: type,
    data: presentOperation(
      {
        ...row,
        created_at: date(row.created_at),
        updated_at: date(row.updated_at),
        finished_at: date(row.finished_at),
        looked_after_at: date(row.looked_after_at),
      },
      language,
    ),
  }
}

const endOf = (row: OperationRow, id: number, language: Language): ServerEvent => ({
  id,
  event: row.status,
  data: presentOperation(row, language),
})

/** The time of a row's last change, which grows with every change and over attempts. */
const numberOf = (row: OperationRow): number => row.updated_at.getTime()

/** Work of other services writes no events; its row tells where it stands. */
function fromRow(row: OperationRow | undefined, seen: number, language: Language): ServerEvent[] {
  if (!row || numberOf(row) <= seen) return []
  const id = numberOf(row)
  if (row.finished_at) return [endOf(row, id, language)]
  const { stage, progress, attempt } = row
  return [{ id, event: 'stage', data: { stage, progress, attempt } }]
}
