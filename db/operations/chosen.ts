import { sql, type QueryExecutorProvider, type RawBuilder } from 'kysely'
import { OPERATION_KINDS, UUID, type OperationKind } from '../../contracts/kinds.ts'
import type { OperationRow, OperationStatus } from './schema.ts'

/** What lists of operators say of an operation. No word of its person. */
export interface ListedRow {
  readonly row: OperationRow
  /** Of its calls to models, where its service makes any. */
  readonly last: {
    readonly provider: string
    readonly model: string
    readonly outcome: string | null
    readonly note: string | null
  } | null
  readonly calls: number
  readonly cost_micros: number
}

/** Which operations are meant: those that are open, and those that ended since. */
export interface Choice {
  readonly kind?: OperationKind | undefined
  readonly code?: string | undefined
  readonly stage?: string | undefined
  /** Of the provider that was called last. */
  readonly provider?: string | undefined
  /** Account id of the person whose work it is. */
  readonly owner?: string | undefined
  readonly status?: OperationStatus | 'open' | undefined
  readonly since: Date
}

/** The last row of the page before. */
export interface Before {
  readonly created_at: string
  readonly id: string
}

type Condition = RawBuilder<boolean>

const both = (conditions: readonly Condition[]): Condition => sql<boolean>`${sql.join(conditions, sql` and `)}`

/** As a condition on a row `o` of `operations`; the two halves of its window have an index each. */
export function chosen({ kind, code, stage, provider, owner, status, since }: Choice): Condition {
  const conditions = [sql<boolean>`(o.finished_at is null or o.finished_at > ${since})`]
  if (kind !== undefined) conditions.push(sql<boolean>`o.kind = ${kind}`)
  if (code !== undefined) conditions.push(sql<boolean>`o.error_code = ${code}`)
  if (stage !== undefined) conditions.push(sql<boolean>`o.stage = ${stage}`)
  if (owner !== undefined) conditions.push(sql<boolean>`o.owner_id::text = ${owner.toLowerCase()}`)
  if (provider !== undefined)
    conditions.push(
      sql<boolean>`${provider} = (select c.provider from calls c where c.operation_id = o.id order by started_at desc, id desc limit 1)`,
    )
  if (status === 'open') conditions.push(sql<boolean>`o.finished_at is null`)
  else if (status !== undefined) conditions.push(sql<boolean>`o.status = ${status}`)
  return both(conditions)
}

const TRACE_ID = /^[0-9a-f]{32}$/i
/** The first characters of a UUID: eight say which one it is. */
const BEGINNING = /^[0-9a-f]{8}[0-9a-f-]{0,27}$/i

/** What a word of an operator may be: an id or its beginning, a request, trace, person or scenario. */
export function named(word: string): Condition {
  const lower = word.toLowerCase()
  const conditions = [sql<boolean>`o.id = ${word}`, sql<boolean>`o.request_id = ${word}`]
  if (UUID.test(word))
    conditions.push(sql<boolean>`o.owner_id = ${lower}::uuid`, sql<boolean>`o.result->>'scenario_id' = ${lower}`)
  if (TRACE_ID.test(word)) conditions.push(sql<boolean>`split_part(o.traceparent, '-', 2) = ${lower}`)
  if (BEGINNING.test(word))
    conditions.push(
      sql<boolean>`o.id like any (${sql.val(OPERATION_KINDS.map((kind) => `${kind}-${lower}%`))}::text[])`,
    )
  if (OPERATION_KINDS.some((kind) => word.startsWith(`${kind}-`)) && word.length >= 'title-'.length + 8)
    conditions.push(sql<boolean>`starts_with(o.id, ${word})`)
  return sql<boolean>`(${sql.join(conditions, sql` or `)})`
}

/**
 * Newest first, with what their calls say.
 * @param makesCalls whether this service calls models: its database has their table
 */
export async function readListed(
  db: QueryExecutorProvider,
  condition: Condition,
  { makesCalls, limit, before }: { makesCalls: boolean; limit: number; before?: Before | undefined },
): Promise<ListedRow[]> {
  type Row = OperationRow & Pick<ListedRow, 'last' | 'calls'> & { cost_micros: string }
  const ofCalls = makesCalls
    ? sql`(select jsonb_build_object('provider', c.provider, 'model', coalesce(c.model_served, c.model), 'outcome', c.outcome, 'note', c.note)
          from calls c where c.operation_id = o.id order by started_at desc, id desc limit 1) as last,
        (select count(*)::int from calls c where c.operation_id = o.id) as calls,
        (select coalesce(sum(cost_micros), 0)::text from calls c where c.operation_id = o.id) as cost_micros`
    : sql`null::jsonb as last, 0 as calls, '0' as cost_micros`
  const rest = before
    ? sql<boolean>`(o.created_at, o.id) < (${before.created_at}::timestamptz, ${before.id})`
    : sql`true`
  const { rows } = await sql<Row>`
    select o.*, ${ofCalls} from operations o where ${condition} and ${rest}
    order by o.created_at desc, o.id desc limit ${limit}`.execute(db)
  return rows.map(({ last, calls, cost_micros, ...row }) => ({ row, last, calls, cost_micros: Number(cost_micros) }))
}

/** How many ended or stand in which way. */
export interface Counted {
  readonly kind: OperationKind
  readonly status: OperationStatus
  readonly error_code: string | null
  readonly stage: string
  readonly count: number
}

/** How many of them stand how, the most first. */
export async function countChosen(db: QueryExecutorProvider, choice: Choice): Promise<Counted[]> {
  const { rows } = await sql<Counted>`
    select o.kind, o.status, o.error_code, o.stage, count(*)::int as count from operations o
    where ${chosen(choice)} group by o.kind, o.status, o.error_code, o.stage order by count(*) desc, o.error_code, o.stage`.execute(
    db,
  )
  return rows
}
