import type { Databases } from '../db/connection.ts'
import { listEvents, type OperationEventRow } from '../db/ai/events.ts'
import { findOperation } from '../db/operations/operations.ts'
import type { AcceptTables, OperationRow } from '../db/operations/schema.ts'
import type { Language } from '../errors.ts'
import type { Kysely } from 'kysely'
import type { OperationWatch } from './operation-watch.ts'
import { presentOperation } from './schemas/operations.ts'
import type { EventStream, ServerEvent, StreamWriter } from './sse.ts'

/** Rows read at a time. */
const PAGE = 200

/** What an operation's stream is told by, whoever keeps it: written events, or what its row shows. */
type Source = (after: number) => Promise<ServerEvent[]>

/**
 * Streams an operation: what was told before, then what is told now, until its current attempt has ended. A later attempt that was
 * opened meanwhile is streamed on.
 * @param after number of the last event that the client has, 0 for none
 */
export function streamOperation(
  deps: { databases: Databases; db: Kysely<AcceptTables>; watch: OperationWatch },
  { id, kind }: OperationRow,
  after: number,
  language: Language,
): StreamWriter {
  const { databases, db, watch } = deps
  const source: Source =
    kind === 'generation' || kind === 'title'
      ? async (seen) => (await listEvents(databases.ai, id, seen, PAGE)).map((event) => present(event, language))
      : async (seen) => fromRow(await findOperation(db, id), seen, language)

  return async (stream: EventStream) => {
    let seen = after
    for (;;) {
      // Before reading: what is written right after the reading must wake us.
      const news = watch.next(id, stream.signal)
      news.catch(() => {})
      const row = await findOperation(db, id)
      const events = await source(seen)
      for (const event of events) {
        await stream.send(event)
        seen = Number(event.id)
      }
      // Erased meanwhile, or ended before we read what there was to say: that was then the last of it.
      if (!row || (row.finished_at && events.length < PAGE)) return
      if (events.length < PAGE) await news
    }
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
      },
      language,
    ),
  }
}

/**
 * Work of other services writes no events; its row tells where it stands. The time of its last change is the number: it grows with
 * every change and over attempts.
 */
function fromRow(row: OperationRow | undefined, seen: number, language: Language): ServerEvent[] {
  const id = row?.updated_at.getTime() ?? 0
  if (!row || id <= seen) return []
  if (row.finished_at) return [{ id, event: row.status, data: presentOperation(row, language) }]
  const { stage, progress, attempt } = row
  return [{ id, event: 'stage', data: { stage, progress, attempt } }]
}
