import { fetchHistory, readHistory, type KeptHistory } from '../history.ts'
import { filterOf, isFiltered } from '../filter.ts'
import { explain, type Installation } from '../installation.ts'
import { namedOperations } from '../../../db/listed-operations.ts'
import { chosenOfAi, requireOperation } from '../operations.ts'
import { createReplayer } from '../replayer.ts'
import { taskQueue } from '../../../contracts/queues.ts'
import { SERVICES } from '../../../services.ts'
import { ReplayError } from '../replay-error.ts'
import type { Command } from '../told.ts'

/** One that replays has `diverges` null; where it cannot be told, `unknown` says why. */
interface Replayed {
  readonly id: string
  readonly diverges: string | null
  readonly unknown?: string
}

/**
 * Replays executions against the workflows of this working tree. With --open it is the gate before a deployment: every execution that is
 * open, of all kinds, must go on with this code. Ends with 1 where one diverges, or where it cannot be told.
 */
export const run: Command = async (given) => {
  const { installation, values, words, say } = given
  const open = values['open'] === true
  if (open && words.length > 0) throw new ReplayError('--open replays all that are open: it takes no ids')
  if (installation.keysMissing !== undefined && words.some((word) => !word.endsWith('.json')))
    throw new ReplayError(`Histories cannot be read: ${installation.keysMissing}`)
  const wanted = open ? openExecutions(installation) : chosen(given)
  const replayed = await createReplayer(installation.keys)
  const results: Replayed[] = []
  for await (const [id, fetched] of wanted) {
    const result = await one(id, fetched, replayed, words.length !== 1)
    results.push(result)
    say(result.unknown ?? (result.diverges === null ? `${id}: replays` : `${id}: diverges: ${result.diverges}`))
  }
  const [diverged, unknown] = [
    results.filter((r) => r.diverges !== null).length,
    results.filter((r) => r.unknown).length,
  ]
  const none = open
    ? 'No open executions: nothing can diverge.'
    : `No failed operations${isFiltered(values) ? ' so chosen' : ''}.`
  return {
    json: { results, replayed: results.length, diverged, unknown },
    lines:
      results.length === 0
        ? [none]
        : open
          ? [`${results.length} open: ${diverged} diverge, ${unknown} could not be read`]
          : [],
    failed: diverged + unknown > 0,
  }
}

/** @param among others, which go on where this one cannot be told */
async function one(
  id: string,
  fetched: () => Promise<KeptHistory>,
  replayed: (kept: KeptHistory) => Promise<string | undefined>,
  among: boolean,
): Promise<Replayed> {
  try {
    return { id, diverges: (await replayed(await fetched())) ?? null }
  } catch (error) {
    const said = explain(error)
    if (said === undefined || !among) throw error
    return { id, diverges: null, unknown: `${id}: ${said}` }
  }
}

type Wanted = AsyncIterable<readonly [string, () => Promise<KeptHistory>]>

async function* chosen({ installation, words, values }: Parameters<Command>[0]): Wanted {
  const ids =
    words.length > 0
      ? words
      : (await chosenOfAi(installation.databases, { status: 'failed', ...filterOf(values) })).map(({ row }) => row.id)
  for (const word of ids) {
    if (word.endsWith('.json')) yield [word, () => readHistory(word)]
    else {
      const id = await whole(installation, word)
      yield [id, () => fetchHistory(installation, id)]
    }
  }
}

/** An operation's id or its beginning; anything else is a workflow's id. */
async function whole({ databases }: Installation, word: string): Promise<string> {
  if (word.includes('-') && word.length > 40) return word
  return (await namedOperations(databases, word, 2)).length > 0 ? (await requireOperation(databases, word)).id : word
}

const DEADLINE_MS = 10_000
const PAGE = 200

/** Every open execution of this installation's queues, page by page: there may be many thousands. */
async function* openExecutions({ temporal, config }: Installation): Wanted {
  const queues = SERVICES.map((service) => taskQueue(service, config.TASK_QUEUE_SUFFIX))
  const { namespace } = temporal.options
  let nextPageToken: Uint8Array | undefined
  do {
    const token = nextPageToken
    const page = await temporal.withDeadline(Date.now() + DEADLINE_MS, () =>
      temporal.workflowService.listWorkflowExecutions({
        namespace,
        pageSize: PAGE,
        query: 'ExecutionStatus = "Running"',
        ...(token && { nextPageToken: token }),
      }),
    )
    for (const { execution, taskQueue: queue } of page.executions ?? [])
      if (execution?.workflowId && queues.includes(queue ?? ''))
        yield [
          execution.workflowId,
          () => fetchHistory({ temporal }, execution.workflowId ?? '', execution.runId ?? undefined),
        ]
    nextPageToken = page.nextPageToken?.length ? page.nextPageToken : undefined
  } while (nextPageToken)
}
