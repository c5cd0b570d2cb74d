import { listCalls } from '../../db/ai/calls.ts'
import { findAnswers } from '../../db/ai/answers.ts'
import { openText } from '../../sealed.ts'
import { fetchHistory, timeline } from './history.ts'
import { explain, type Installation } from './installation.ts'
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
    for (const { role, content } of JSON.parse(messages) as { role: string; content: string }[])
      print(`  ${role}:\n${indented(content)}`)
    if (call.answer) print(`  answer:\n${indented(openText(call.answer, keys.payload))}`)
  }
  const steps = [...(await findAnswers(databases.ai, id)).keys()]
  print(`\npaid steps that a retry uses again: ${steps.join(', ') || 'none'}`)
  print('\nhistory:')
  try {
    for (const line of await timeline(await fetchHistory(installation, id), keys)) print(`  ${line}`)
  } catch (error) {
    print(`  ${explain(error) ?? String(error)}`)
  }
}
