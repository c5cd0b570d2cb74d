import { listCalls } from '../../../db/ai/calls.ts'
import { findGeneration } from '../../../db/ai/generations.ts'
import type { GenerationRequest } from '../../../script/script.ts'
import { draftChecks } from '../../../writing/repair.ts'
import { differenceLines, differences } from '../../../commands/differences.ts'
import type { Installation } from '../installation.ts'
import { duration } from '../../../telemetry/duration.ts'
import { tookMs } from '../../../commands/standings.ts'
import { requireListed } from '../operations.ts'
import { ReplayError } from '../replay-error.ts'
import type { Command } from '../told.ts'

const distinct = (words: readonly unknown[]): string => [...new Set(words.map(String))].join(', ') || '–'

/** Two runs beside each other: what was asked, how it went, what came of it. People's words are in it. */
export const compare: Command = async ({ installation, words: [a = '', b = ''] }) => {
  const [one, other] = await Promise.all([a, b].map((word) => sideOf(installation, word)))
  if (!one || !other) throw new ReplayError('compare takes two operations of ai')
  const facts = Object.keys(one.facts).map((name) => ({ name, a: one.facts[name] ?? '–', b: other.facts[name] ?? '–' }))
  const request = differences(one.request, other.request)
  const draft = one.draft && other.draft ? differences(one.draft, other.draft) : null
  const widths = [Math.max(...facts.map(({ name }) => name.length)), Math.max(...facts.map((fact) => fact.a.length))]
  return {
    json: { a: one.id, b: other.id, facts, request, draft },
    lines: [
      `A  ${one.id}`,
      `B  ${other.id}`,
      '',
      ...facts.map((fact) =>
        `${fact.a === fact.b ? ' ' : '≠'} ${fact.name.padEnd(widths[0] ?? 0)}  ${fact.a.padEnd(widths[1] ?? 0)}  ${fact.b}`.trimEnd(),
      ),
      '',
      request.length === 0 ? 'asked for the same' : `asked for otherwise in ${request.length} places:`,
      ...differenceLines(request, ['A', 'B']),
      draft === null
        ? 'of one of them nothing was finished'
        : draft.length === 0
          ? 'the same was written'
          : `written otherwise in ${draft.length} places:`,
      ...differenceLines(draft ?? [], ['A', 'B']),
    ],
  }
}

async function sideOf({ databases }: Installation, word: string) {
  const listed = await requireListed(databases, word)
  const { row, service } = listed
  if (service !== 'ai')
    throw new ReplayError(`${row.id} is an operation of ${service}: those of ai alone are compared.`)
  const generation = await findGeneration(databases.ai, row.id)
  const calls = await listCalls(databases.ai, row.id)
  const sum = (of: (call: (typeof calls)[number]) => number) => String(calls.reduce((all, call) => all + of(call), 0))
  const script =
    generation?.mode === 'script' && generation.draft && 'scenes' in generation.draft ? generation.draft : null
  const failing = script ? draftChecks(script, generation?.request as GenerationRequest).filter((c) => !c.pass) : null
  const facts: Record<string, string> = {
    status: row.error_code ?? row.status,
    stage: row.stage,
    attempt: String(row.attempt),
    took: duration(tookMs(listed)),
    provider: distinct(calls.map((c) => c.provider)),
    model: distinct(calls.map((c) => c.model_served ?? c.model)),
    prompts: distinct(calls.map((c) => `${c.prompt_name} v${c.prompt_version}`)),
    parameters: distinct(calls.map((c) => JSON.stringify(c.parameters))),
    'output mode': distinct(calls.map((c) => c.rung)),
    calls: calls.map((c) => `${c.step}:${c.outcome ?? '?'}`).join(' ') || '–',
    'tokens in': sum((c) => c.input_tokens),
    'tokens out': sum((c) => c.output_tokens),
    cost: sum((c) => Number(c.cost_micros)),
    'first piece': distinct(calls.map((c) => (c.first_token_ms === null ? '–' : `${c.first_token_ms} ms`))),
    'checks that fail': failing === null ? '–' : failing.map((c) => c.check).join(', ') || 'none',
  }
  return { id: row.id, facts, request: generation?.request ?? null, draft: generation?.draft ?? null }
}
