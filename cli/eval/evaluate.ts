import { draftChecks } from '../../writing/repair.ts'
import { ProviderFailure, type ScriptProvider } from '../../llm/provider.ts'
import type { PaidSteps } from '../../writing/steps.ts'
import { writeScript } from '../../writing/write.ts'
import type { CheckName } from '../../script/checks/check.ts'
import { lawsById } from '../../script/law/marks.ts'
import type { ScriptDraft } from '../../script/script.ts'
import type { NamedBrief } from './briefs.ts'

/** What became of one brief: the checks' scores (1 is passed), or why there is no script. */
export interface BriefResult {
  readonly name: string
  /** Code of the failure; null: a script was written. */
  readonly error: string | null
  /** Whether the marks of the law are there when they must be and only then; null: not asked, or no script. */
  readonly marked: boolean | null
  readonly scores: Partial<Record<CheckName, { readonly pass: boolean; readonly score: number }>>
  readonly calls: number
  readonly tokens: number
  /** Milliseconds, all calls. */
  readonly took_ms: number
}

export interface EvalRun {
  readonly provider: string
  readonly model: string
  readonly at: string
  readonly briefs: readonly BriefResult[]
}

export interface EvalOptions {
  readonly provider: ScriptProvider
  readonly repairRounds: number
  /** One model call, milliseconds. */
  readonly callMs: number
  readonly say: (line: string) => void
}

/**
 * Writes every brief as production does, repairs included, and judges it by the checks that every scenario shows. One after the other:
 * limits of the provider are not what is measured. Nothing is stored; a brief that fails is a line of the result.
 */
export async function evaluate(briefs: readonly NamedBrief[], options: EvalOptions): Promise<EvalRun> {
  const results: BriefResult[] = []
  for (const brief of briefs) {
    const result = await one(brief, options)
    options.say(`${results.length + 1}/${briefs.length} ${brief.name}: ${result.error ?? 'written'}`)
    results.push(result)
  }
  const { name, model } = options.provider
  return { provider: name, model, at: new Date().toISOString(), briefs: results }
}

async function one(brief: NamedBrief, options: EvalOptions): Promise<BriefResult> {
  const { name, request } = brief
  const { provider, repairRounds, callMs } = options
  const begun = Date.now()
  const kept = keptInMemory(provider, callMs)
  const ended = (
    error: string | null,
    marked: boolean | null = null,
    scores: BriefResult['scores'] = {},
  ): BriefResult => ({
    name,
    error,
    marked,
    scores,
    calls: kept.calls,
    tokens: kept.tokens,
    took_ms: Date.now() - begun,
  })
  try {
    const way = { isDemo: provider.is_demo, repairRounds }
    let draft = null
    // Each turn pays for one step of a long script at least.
    while (!draft) draft = await writeScript(kept.turn(), request, { template: null, base: null }, way)
    const checks = draftChecks(draft, request)
    return ended(
      null,
      markedRight(brief, draft),
      Object.fromEntries(checks.map(({ check, pass, score }) => [check, { pass, score }])),
    )
  } catch (error) {
    if (error instanceof ProviderFailure) return ended(error.code)
    if (error instanceof DOMException && error.name === 'TimeoutError') return ended('ai.timeout')
    throw error
  }
}

/** Whether a script bears the marks that its brief must have, and none where it must have none. */
function markedRight({ mark, laws = [] }: NamedBrief, draft: ScriptDraft): boolean | null {
  if (mark === undefined) return null
  const applied = draft.laws ?? []
  const isMarked = applied.includes('mark') || applied.includes('mark_en')
  const named = lawsById(applied).filter(({ applies, platforms }) => applies !== null || platforms !== null)
  return (
    isMarked === mark &&
    (!mark ||
      [...laws]
        .filter((id) => id !== 'mark')
        .sort()
        .join() ===
        named
          .map(({ id }) => id)
          .sort()
          .join())
  )
}

/** What an activity has, without its database: paid answers are kept for this brief alone. */
function keptInMemory(provider: ScriptProvider, callMs: number) {
  const answers = new Map<string, unknown>()
  const total = { calls: 0, tokens: 0 }
  return {
    get calls() {
      return total.calls
    },
    get tokens() {
      return total.tokens
    },
    turn(): PaidSteps {
      let calls = 0
      return {
        get calls() {
          return calls
        },
        has: (step) => answers.has(step),
        async paid(step, task) {
          if (answers.has(step)) return answers.get(step) as never
          calls++
          total.calls++
          const { value, usage } = await provider.ask(task, { signal: AbortSignal.timeout(callMs) })
          total.tokens += (usage.input_tokens ?? 0) + (usage.output_tokens ?? 0)
          answers.set(step, value)
          return value
        },
      }
    },
  }
}
