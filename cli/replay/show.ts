import { listCalls } from '../../db/ai/calls.ts'
import { findAnswers } from '../../db/ai/answers.ts'
import { openText } from '../../sealed.ts'
import { fetchHistory, timeline } from './history.ts'
import { explain, type Installation } from './installation.ts'
import { draftChecks } from '../../activities/ai/repair.ts'
import { findGeneration } from '../../db/ai/generations.ts'
import type { GenerationRequest } from '../../script/script.ts'
import { findRun } from './runs.ts'

const indented = (text: string) => text.replace(/^/gm, '    ')

/** Everything that is known of a run. What it shows are people's words: for those with the right alone. */
export async function showRun(installation: Installation, id: string, print: (line: string) => void): Promise<void> {
  const { databases, keys } = installation
  const run = await findRun(databases.ai, id)
  print(
    `${run.id}  ${run.status}${run.error_code ? ` ${run.error_code}` : ''}  stage ${run.stage}  attempt ${run.attempt}`,
  )
  print(`${run.summary}  request ${run.request_id}  ${run.created_at.toISOString()} … ${run.updated_at.toISOString()}`)
  const { reason } = run.input as { reason?: string }
  if (reason !== undefined) print(`tried again by an operator: ${reason}`)
  const shown = new Map<string, string>()
  for (const call of await listCalls(databases.ai, id)) {
    const took =
      call.duration_ms === null ? 'no end' : `${call.duration_ms} ms, first piece ${call.first_token_ms ?? '–'} ms`
    print(
      `\ncall ${call.step} (attempt ${call.attempt})  ${call.provider}/${call.model_served ?? call.model}  ${call.endpoint}, ${call.rung}`,
    )
    print(
      `  prompt ${call.prompt_name} v${call.prompt_version} ${call.prompt_hash.slice(0, 12)}  parameters ${JSON.stringify(call.parameters).slice(0, 300)}`,
    )
    print(
      `  ${call.outcome ?? 'never answered'}  ${took}  tokens ${call.input_tokens} + ${call.output_tokens}${call.usage_estimated ? ' (estimated)' : ''}  cost ${call.cost_micros} (prices ${call.price_version})`,
    )
    if (call.note) print(`  ${call.note}`)
    if (call.messages.length === 0) print('  its texts were removed: their time is over')
    const messages = call.messages.length === 0 ? '[]' : openText(call.messages, keys.payload)
    for (const { role, content } of JSON.parse(messages) as { role: string; content: string }[]) {
      // Instructions are the same for each call of a prompt.
      const before = shown.get(content)
      print(before === undefined ? `  ${role}:\n${indented(content)}` : `  ${role}: as for ${before}`)
      shown.set(content, call.step)
    }
    if (call.answer) print(`  answer:\n${indented(openText(call.answer, keys.payload))}`)
  }
  const steps = [...(await findAnswers(databases.ai, id)).keys()]
  print(`\npaid steps that a retry uses again: ${steps.join(', ') || 'none'}`)
  await showChecks(installation, id, print)
  print('\nhistory:')
  try {
    for (const line of await timeline(await fetchHistory(installation, id), keys)) print(`  ${line}`)
  } catch (error) {
    print(`  ${explain(error) ?? String(error)}`)
  }
}

/** What the checks say of the finished script, as its scenario would show them. */
async function showChecks({ databases }: Installation, id: string, print: (line: string) => void): Promise<void> {
  const run = await findGeneration(databases.ai, id)
  if (run?.mode !== 'script') return
  if (!run.draft || 'scene' in run.draft) return print('checks: none, no script was finished')
  print('checks:')
  for (const { check, pass, score, reason } of draftChecks(run.draft, run.request as GenerationRequest))
    print(
      `  ${pass ? 'passes' : 'FAILS '}  ${check.padEnd(14)}  ${score.toFixed(2)}  ${pass ? '' : reason.en}`.trimEnd(),
    )
}
