import { sql, type Kysely, type QueryExecutorProvider } from 'kysely'
import { OPERATION_ID, OPERATION_KINDS, UUID } from '../../contracts/kinds.ts'
import type { AiDb } from '../../db/ai/schema.ts'
import type { Databases } from '../../db/databases.ts'
import { findOperation } from '../../db/operations/operations.ts'
import type { OperationRow } from '../../db/operations/schema.ts'
import { SERVICES, type Service } from '../../services.ts'
import type { OperationFilter } from './filter.ts'
import { ReplayError } from './replay-error.ts'

/** What lists say of an operation. No word of its person. */
export interface Listed {
  readonly row: OperationRow
  readonly service: Service
  /** Of its calls to models, for one of `ai`. */
  readonly last: {
    readonly provider: string
    readonly model: string
    readonly outcome: string | null
    readonly note: string | null
  } | null
  readonly calls: number
  readonly cost_micros: number
}

const TRACE_ID = /^[0-9a-f]{32}$/i
/** The first characters of a UUID: eight say which one it is. */
const BEGINNING = /^[0-9a-f]{8}[0-9a-f-]{0,27}$/i

/** What a word of an operator may be, as a condition on a row of `operations`. */
function named(word: string) {
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

/** Operations of any service that are called so: by their id or its beginning, request, trace, person or scenario. Newest first. */
export async function namedOperations(databases: Databases, word: string, limit: number): Promise<Listed[]> {
  const found = await Promise.all(
    SERVICES.map(async (service) =>
      (await read(databases[service], named(word), service === 'ai', limit)).map((listed) => ({ ...listed, service })),
    ),
  )
  return found
    .flat()
    .toSorted((a, b) => b.row.created_at.getTime() - a.row.created_at.getTime())
    .slice(0, limit)
}

function chosen({ code, stage, provider, owner, status, sinceS }: OperationFilter) {
  const conditions = [sql<boolean>`(o.finished_at is null or o.updated_at > ${new Date(Date.now() - sinceS * 1000)})`]
  if (code !== undefined) conditions.push(sql<boolean>`o.error_code = ${code}`)
  if (stage !== undefined) conditions.push(sql<boolean>`o.stage = ${stage}`)
  if (owner !== undefined) conditions.push(sql<boolean>`o.owner_id::text = ${owner.toLowerCase()}`)
  if (provider !== undefined)
    conditions.push(
      sql<boolean>`${provider} = (select c.provider from calls c where c.operation_id = o.id order by started_at desc, id desc limit 1)`,
    )
  if (status === 'open') conditions.push(sql<boolean>`o.finished_at is null`)
  else if (status !== undefined) conditions.push(sql<boolean>`o.status = ${status}`)
  return sql<boolean>`${sql.join(conditions, sql` and `)}`
}

/** Operations of `ai`, newest first, as many as the limit allows. */
export const chosenOperations = async (ai: Kysely<AiDb>, filter: OperationFilter): Promise<Listed[]> =>
  (await read(ai, chosen(filter), true, filter.limit)).map((listed) => ({ ...listed, service: 'ai' }))

/** How many failed with which code at which stage, the most first. The limit does not count. */
export async function countFailed(ai: Kysely<AiDb>, filter: OperationFilter) {
  const { rows } = await sql<{ count: number; error_code: string; stage: string }>`
    select count(*)::int as count, o.error_code, o.stage from operations o
    where o.status = 'failed' and ${chosen(filter)} group by o.error_code, o.stage order by 1 desc, 2, 3`.execute(ai)
  return rows
}

/** The newest of them, with what their calls say where there are calls. */
async function read(
  db: QueryExecutorProvider,
  condition: ReturnType<typeof named>,
  calls: boolean,
  limit: number,
): Promise<Omit<Listed, 'service'>[]> {
  type Row = OperationRow & Pick<Listed, 'last' | 'calls'> & { cost_micros: string }
  const ofCalls = calls
    ? sql`(select jsonb_build_object('provider', c.provider, 'model', coalesce(c.model_served, c.model), 'outcome', c.outcome, 'note', c.note)
          from calls c where c.operation_id = o.id order by started_at desc, id desc limit 1) as last,
        (select count(*)::int from calls c where c.operation_id = o.id) as calls,
        (select coalesce(sum(cost_micros), 0)::text from calls c where c.operation_id = o.id) as cost_micros`
    : sql`null::jsonb as last, 0 as calls, '0' as cost_micros`
  const { rows } = await sql<Row>`
    select o.*, ${ofCalls} from operations o where ${condition} order by o.updated_at desc limit ${limit}`.execute(db)
  return rows.map(({ last, calls: count, cost_micros, ...row }) => ({
    row,
    last,
    calls: count,
    cost_micros: Number(cost_micros),
  }))
}

/** The whole id of the operation that is meant by it or its beginning. @throws ReplayError */
export async function requireListed(databases: Databases, word: string): Promise<Listed> {
  const [one, another] = await namedOperations(databases, word, 2)
  if (!one) throw new ReplayError(`There is no operation ${word} here. "replay list" shows failed and open ones.`)
  if (another && one.row.id !== word)
    throw new ReplayError(`${word} is more than one operation: "replay find ${word}" shows them.`)
  return one
}

/** Of `ai`. @throws ReplayError */
export async function requireOperation(databases: Databases, word: string): Promise<OperationRow> {
  const whole = OPERATION_ID.test(word) ? await findOperation(databases.ai, word) : undefined
  if (whole) return whole
  const { row, service } = await requireListed(databases, word)
  if (service !== 'ai')
    throw new ReplayError(`${row.id} is an operation of ${service}: this is done with those of ai alone.`)
  return row
}
