import { basename, dirname, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { listCalls, type CallRow } from '../../db/ai/calls.ts'
import { findGeneration } from '../../db/ai/generations.ts'
import { findOperation } from '../../db/operations/operations.ts'
import { jsonIn } from '../../llm/json-text.ts'
import type { FailureReason } from '../../llm/provider.ts'
import type { KeptHistory } from './history.ts'
import type { Installation } from './installation.ts'
import { ReplayError } from './replay-error.ts'
import { opened } from '../../commands/runs.ts'

/** A run without a person's words: what it was asked, how its model behaved, how it ended, its history. */
export interface RunFixture {
  readonly mode: 'script' | 'titles'
  readonly order: Record<string, unknown>
  readonly ended: { readonly status: string; readonly error_code: string | null }
  /** Behaviours of `test/support/model-server.ts`, one for each call. */
  readonly model: readonly object[]
  readonly kept: KeptHistory
}

/** As long as the text, in its script, and nobody's. */
const FILLER = { cyrillic: 'слово ', latin: 'word ' }
function masked(value: unknown): unknown {
  if (typeof value === 'string') return maskedText(value)
  if (Array.isArray(value)) return value.map(masked)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, masked(v)]))
}
function maskedText(text: string): string {
  const filler = /\p{Script=Cyrillic}/u.test(text) ? FILLER.cyrillic : FILLER.latin
  const filled = filler
    .repeat(Math.ceil(text.length / filler.length))
    .slice(0, text.length)
    .trim()
  return filled || text
}

/** Fields of an order that are words of ours, or a tag: they decide its course. */
const KEPT = new Set(['kind', 'platform', 'language', 'beat', 'type'])
const maskedOrder = (order: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(order).map(([key, value]) => [key, KEPT.has(key) ? value : masked(value)]))

/** What a server does for a call to end as it did, where the answer itself does not say. */
const BEHAVIOURS: Readonly<Partial<Record<FailureReason, object>>> = {
  connection: { disconnect: 'before_headers' },
  server_error: { status: 500 },
  rate_limited: { status: 429 },
  quota: { status: 402 },
  rejected: { status: 401 },
  bad_request: { status: 400 },
  timeout: { hang: true },
  refused: { refusal: 'no' },
  empty: { content: '' },
  malformed: { content: 'prose, no JSON' },
  truncated: { finish: 'length', content: '{"title": "wor' },
}

/** The answer with its words masked where it is JSON: its shape is what was wrong with it, or right. */
function behaviourOf(call: CallRow, keys: Installation['keys']): object {
  const [output] = call.answer ? jsonIn(opened(call.answer, keys)) : []
  if (output !== undefined && (call.outcome === 'stop' || call.outcome === 'invalid'))
    return { content: JSON.stringify(masked(output)) }
  return BEHAVIOURS[call.outcome as FailureReason] ?? { hang: true }
}

/** @throws ReplayError for one scene of a scenario, which would need the scenario */
export async function runFixture(
  { databases, keys }: Installation,
  id: string,
  kept: KeptHistory,
): Promise<RunFixture> {
  const [operation, generation] = await Promise.all([findOperation(databases.ai, id), findGeneration(databases.ai, id)])
  if (!operation || !generation) throw new ReplayError(`There is no generation ${id} in the database of ai.`)
  if (generation.mode === 'scene' || generation.scenario_id !== null || generation.template_id !== null)
    throw new ReplayError('A run on a scenario or a template needs them too: export its history without --test.')
  const calls = await listCalls(databases.ai, id)
  return {
    mode: generation.mode,
    order: maskedOrder(generation.request),
    ended: { status: operation.status, error_code: operation.error_code },
    model: calls.filter((call) => call.attempt === operation.attempt).map((call) => behaviourOf(call, keys)),
    kept,
  }
}

const ROUTES = { script: '/ai/generate', titles: '/ai/titles' } as const
const SUPPORT = fileURLToPath(new URL('../../test/support/', import.meta.url))

/** The source of a test that has the run done again. @param base path of both files, without an ending */
export function testFile(base: string, { mode, ended }: RunFixture): string {
  const support = relative(resolve(dirname(base)), SUPPORT)
  const from = support.startsWith('.') ? support : `./${support}`
  const fixture = `${basename(base)}.json`
  return `import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { replayed } from '${from}/replayed.ts'
import { withModel } from '${from}/with-model.ts'
import run from './${fixture}' with { type: 'json' }

const started = withModel()

test('its history replays against today’s workflows', async () => {
  expect(await replayed(join(import.meta.dirname, '${fixture}'))).toMatchObject({ code: 0 })
}, 60_000)

// It ended as ${ended.error_code ?? ended.status}. This fails until the cause is mended.
test('the same order with the same answers of the model goes well', async () => {
  const { model, system, person } = started
  model.plan(...run.model)
  const { body } = await person.post('${ROUTES[mode]}', run.order)
  expect(await system.api.finished(body.id, person.token)).toMatchObject({ status: 'succeeded' })
}, 60_000)
`
}
