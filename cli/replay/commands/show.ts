import { listCalls, type CallRow } from '../../../db/ai/calls.ts'
import { findAnswers } from '../../../db/ai/answers.ts'
import { OPERATION_ID } from '../../../contracts/kinds.ts'
import { checksOf, textsOf, type Said } from '../../../commands/runs.ts'
import { listExecutions, type ExecutionSummary } from '../../../temporal/executions-of.ts'
import { timeline } from '../history.ts'
import { explain, type Installation } from '../installation.ts'
import { nextFor, stateOf, withStandings } from '../listed.ts'
import { factsOf, reasonOf, tookMs, traceIdOf, type Shown } from '../../../commands/standings.ts'
import { duration } from '../../../telemetry/duration.ts'
import { traceLink, workflowLink } from '../../../temporal/links.ts'
import { namedOperations } from '../../../db/listed-operations.ts'
import { requireListed } from '../operations.ts'
import type { Command, Told } from '../told.ts'

const indented = (text: string) => text.replace(/^/gm, '    ')

/** Everything that is known of an operation. What it shows are people's words: for those with the right alone. */
export const show: Command = async ({ installation, words: [word = ''] }) => {
  const { databases } = installation
  // A mail, a notification, a purge: an execution without an operation.
  if (word.includes('-') && !OPERATION_ID.test(word) && (await namedOperations(databases, word, 1)).length === 0)
    return showExecutions(installation, word)
  const listed = await requireListed(databases, word)
  const { operations, unknown } = await withStandings(installation, [listed])
  const shown = operations[0] as Shown
  const ai = listed.service === 'ai' ? await showAi(installation, shown) : { json: {}, lines: [] }
  const executions = await showExecutions(installation, shown.row.id)
  const { reason: byOperator } = shown.row.input as { reason?: string }
  const next = nextFor(shown)
  const links = linksOf(installation, shown.row.id, traceIdOf(shown.row))
  return {
    json: {
      ...factsOf(shown),
      ...(byOperator !== undefined && { retried_by_operator: byOperator }),
      links: Object.fromEntries(links),
      ...ai.json,
      ...executions.json,
      next,
      ...(unknown && { unknown }),
    },
    lines: [
      ...heading(shown),
      ...(byOperator === undefined ? [] : [`tried again by an operator: ${byOperator}`]),
      ...(unknown === undefined ? [] : [`how it stands is not known: ${unknown}`]),
      ...links.map(([name, address]) => `${name}: ${address}`),
      ...(installation.keysMissing === undefined
        ? []
        : [`texts and payloads cannot be read: ${installation.keysMissing}`]),
      ...ai.lines,
      ...executions.lines,
      ...(next.length > 0 ? ['', `Next: ${next.join('   or   ')}`] : []),
    ],
  }
}

function heading(shown: Shown): string[] {
  const { row, last, calls, cost_micros } = shown
  const reason = reasonOf(shown)
  return [
    `${row.id}  ${row.status}${row.error_code ? ` ${row.error_code}` : ''}  stage ${row.stage}  attempt ${row.attempt}`,
    ...(reason === '' ? [] : [`${stateOf(shown)}: ${reason}`]),
    `${row.summary}  request ${row.request_id}  ${row.created_at.toISOString()} … ${row.updated_at.toISOString()}  took ${duration(tookMs(shown))}`,
    ...(last ? [`${calls} calls, the last to ${last.provider}/${last.model}; cost ${cost(cost_micros)}`] : []),
  ]
}

/** Millionths, as what they are. */
const cost = (micros: number): string => `${micros} (${(micros / 1_000_000).toFixed(4)})`

const linksOf = ({ config }: Installation, workflowId: string, traceId: string | null): [string, string][] => {
  const trace = traceId === null ? undefined : traceLink(config, traceId)
  return [
    ['Web UI', workflowLink(config, workflowId)],
    ...(traceId === null ? [] : ([['trace', trace ?? traceId]] as [string, string][])),
  ]
}

async function showAi({ databases, keys }: Installation, { row }: Shown): Promise<Told> {
  const calls = await listCalls(databases.ai, row.id)
  const steps = [...(await findAnswers(databases.ai, row.id)).keys()]
  const checks = await checksOf(databases.ai, row.id)
  const told = calls.map((call) => ({ call, ...textsOf(call, keys) }))
  const shown = new Map<string, string>()
  return {
    json: {
      calls: told.map(({ call: { prompt_hash, messages: _, ...call }, messages, answer }) => ({
        ...call,
        prompt_hash,
        cost_micros: Number(call.cost_micros),
        messages,
        answer,
      })),
      paid_steps: steps,
      checks,
    },
    lines: [
      ...told.flatMap(({ call, messages, answer }) => [
        ...callLines(call),
        ...(messages === null
          ? ['  its texts were removed: their time is over']
          : messageLines(messages, call.step, shown)),
        ...(answer ? [`  answer:\n${indented(answer)}`] : []),
      ]),
      ...unusedOf(calls),
      '',
      `paid steps that a retry uses again: ${steps.join(', ') || 'none'}`,
      ...checkLines(checks),
    ],
  }
}

const callLines = (call: CallRow): string[] => [
  '',
  `call ${call.step} (attempt ${call.attempt})  ${call.started_at.toISOString()}  ${call.provider}/${call.model_served ?? call.model}  ${call.endpoint}, ${call.rung}`,
  `  prompt ${call.prompt_name} v${call.prompt_version} ${call.prompt_hash.slice(0, 12)}  parameters ${JSON.stringify(call.parameters)}`,
  `  ${call.outcome ?? 'never answered'}  ${call.duration_ms === null ? 'no end' : `${call.duration_ms} ms, first piece ${call.first_token_ms ?? '–'} ms`}  tokens ${call.input_tokens} + ${call.output_tokens}${call.usage_estimated ? ' (estimated)' : ''}  cost ${cost(Number(call.cost_micros))}${call.priced ? '' : ', the model has no price'} (prices ${call.price_version})`,
  ...(call.note ? [`  ${call.note}`] : []),
]

/** Instructions are the same for each call of a prompt: they are shown once. */
const messageLines = (messages: readonly Said[], step: string, shown: Map<string, string>): string[] =>
  messages.map(({ role, content }) => {
    const before = shown.get(content)
    shown.set(content, step)
    return before === undefined ? `  ${role}:\n${indented(content)}` : `  ${role}: as for ${before}`
  })

/** What was received and could not be used, by the reason. */
function unusedOf(calls: readonly CallRow[]): string[] {
  const unused = Map.groupBy(
    calls.filter((c) => c.outcome !== null && c.outcome !== 'stop' && c.input_tokens + c.output_tokens > 0),
    (call) => call.outcome,
  )
  return [...unused].flatMap(([reason, all]) => {
    const micros = all.reduce((sum, call) => sum + Number(call.cost_micros), 0)
    return ['', `not used: ${reason}, ${all.length} calls, cost ${micros}`]
  })
}

const checkLines = (checks: Awaited<ReturnType<typeof checksOf>>): string[] =>
  checks === null
    ? ['checks: none, no script was finished']
    : [
        'checks:',
        ...checks.map(({ check, pass, score, reason }) =>
          `  ${pass ? 'passes' : 'FAILS '}  ${check.padEnd(14)}  ${score.toFixed(2)}  ${pass ? '' : reason.en}`.trimEnd(),
        ),
      ]

/** Every execution of a workflow id that Temporal still has, with its history. */
async function showExecutions(installation: Installation, workflowId: string): Promise<Told> {
  try {
    const executions = await listExecutions(installation.temporal, workflowId)
    const told = await Promise.all(
      executions.map(async (execution) => ({ execution, events: await timeline(installation, execution) })),
    )
    return {
      json: { executions: told.map(({ execution, events }) => ({ ...execution, events })) },
      lines: told.flatMap(({ execution, events }) => [
        '',
        executionLine(installation, execution),
        ...events.map((line) => `  ${line}`),
      ]),
    }
  } catch (error) {
    const said = explain(error)
    if (said === undefined) throw error
    return { json: { executions: null, history_missing: said }, lines: ['', 'history:', `  ${said}`] }
  }
}

const executionLine = ({ config }: Installation, e: ExecutionSummary): string =>
  `execution ${e.run_id}  ${e.status}  ${e.started_at} … ${e.closed_at ?? 'open'}  ${workflowLink(config, e.workflow_id, e.run_id)}`
