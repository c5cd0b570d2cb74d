/**
 * `node bench/eval-imitated.ts`: the briefs of the evaluation through an imitation of each kind of provider, on loopback. The scripts are
 * the demo provider's, told in each provider's manner, so what is measured is the way and not the writer: what is lost between a good
 * answer and a judged script, and how many calls it takes. The last row is careless on purpose and invents a fact in each first draft.
 */
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { readBriefs, type NamedBrief } from '../cli/eval/briefs.ts'
import { evaluate, type EvalRun } from '../cli/eval/evaluate.ts'
import { createOpenAiProvider } from '../llm/openai.ts'
import { ProviderList } from '../llm/settings.ts'
import type { ProviderKind } from '../llm/providers.ts'
import { CHECKS } from '../script/checks/check.ts'
import { spokenLanguage } from '../script/language.ts'
import { composeScript } from '../writing/demo/compose.ts'

interface Manner {
  readonly name: string
  readonly kind: ProviderKind
  /** How the server wraps its JSON. */
  readonly tell: (json: string) => string
  readonly careless?: boolean
}
const plain = (json: string): string => json
const MANNERS: readonly Manner[] = [
  { name: 'openai', kind: 'openai', tell: plain },
  { name: 'azure', kind: 'azure', tell: plain },
  { name: 'openrouter', kind: 'openrouter', tell: (json) => `${json}\n` },
  { name: 'yandex', kind: 'yandex', tell: (json) => `\`\`\`json\n${json}\n\`\`\`` },
  { name: 'gigachat', kind: 'gigachat', tell: plain },
  { name: 'ollama', kind: 'ollama', tell: (json) => `<think>Сначала план.</think>\n${json}` },
  { name: 'vllm', kind: 'vllm', tell: (json) => `<think>Let me see.</think>${json}` },
  { name: 'llamacpp', kind: 'llamacpp', tell: (json) => `${json}   \n` },
  { name: 'compatible', kind: 'compatible', tell: (json) => `Вот сценарий:\n${json}\nГотово!` },
  { name: 'careless', kind: 'compatible', tell: plain, careless: true },
]
const INVENTED = { ru: 'Лучший в мире выбор, 97 % врачей за.', en: 'The best in the world, say 97% of doctors.' }

type Script = ReturnType<typeof composeScript>
interface Asked {
  readonly messages: readonly { readonly content: string }[]
  readonly stream?: boolean
}

/** What a model that writes like the demo provider answers: whole scripts, plans, scenes, last hands and repairs. */
function answer(asked: Asked, briefs: readonly NamedBrief[], careless: boolean): unknown {
  const user = asked.messages.at(-1)!.content
  const brief = briefs.find(({ request }) => user.includes(request.brief))!
  const language = spokenLanguage(brief.request.language, brief.request.brief)
  const script = composeScript(brief.request, language)
  const told = careless ? withInvention(script, INVENTED[language]) : script
  const opening = user.split('\n', 1)[0]!
  const scene = /(?:сцену|scene) (\d+) (?:из|of) (\d+)/.exec(opening)
  if (scene) return { scene: told.scenes[Number(scene[1]) - 1] }
  const repaired = /(?:Исправьте сцены|Repair \d+ scenes): ([\d, ]+)/.exec(opening)
  if (repaired)
    return { scenes: repaired[1]!.split(',').map((n) => script.scenes[Number(n) - 1] ?? script.scenes.at(-1)) }
  if (/Спланируйте|Plan the/.test(opening))
    return {
      cast: [{ name: 'Диктор', role: 'голос', voice: 'спокойный' }],
      style: 'Тёплый свет.',
      scenes: script.scenes.map(({ heading, beat, rows }) => ({
        ...{ heading, beat, points: heading || beat },
        seconds: rows.reduce((sum, { duration_s }) => sum + duration_s, 0),
      })),
    }
  if (/Доведите|last hand/.test(opening)) {
    const { title, description, audience, tone, hook, cta } = script
    return { title, description, audience, tone, cta, hooks: [{ mechanism: 'claim', text: hook }], edits: [] }
  }
  return told
}

const withInvention = (script: Script, text: string): Script => {
  const { scenes, ...rest } = structuredClone(script)
  scenes.at(-2)?.rows.at(-1)?.audio.push({ speaker: '', type: 'vo', text })
  return { ...rest, scenes }
}

async function imitation({ tell, careless = false }: Manner, briefs: readonly NamedBrief[]) {
  const server = http.createServer((req, res) => {
    let raw = ''
    req.setEncoding('utf8').on('data', (piece: string) => (raw += piece))
    req.on('end', () => {
      if (!req.url?.endsWith('/chat/completions'))
        return void res.end(JSON.stringify({ access_token: 't', expires_at: Date.now() + 1_800_000 }))
      const asked = JSON.parse(raw) as Asked
      const content = tell(JSON.stringify(answer(asked, briefs, careless)))
      const usage = { prompt_tokens: Math.ceil(raw.length / 3), completion_tokens: Math.ceil(content.length / 3) }
      if (!asked.stream) {
        const choices = [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }]
        return void res
          .setHeader('content-type', 'application/json')
          .end(JSON.stringify({ model: 'm', choices, usage }))
      }
      const chunk = (delta: object, finish_reason: string | null) =>
        `data: ${JSON.stringify({ model: 'm', choices: [{ index: 0, delta, finish_reason }] })}\n\n`
      res.setHeader('content-type', 'text/event-stream')
      res.end(
        `${chunk({ content }, null)}${chunk({}, 'stop')}data: ${JSON.stringify({ choices: [], usage })}\n\ndata: [DONE]\n\n`,
      )
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

const LIMITS = { connect_ms: 5_000, first_token_ms: 5_000, idle_ms: 5_000, total_ms: 20_000 }
const briefs = readBriefs(new URL('../examples/eval/briefs.json', import.meta.url))
const rows: string[][] = [['provider', 'written', ...CHECKS, 'mark', 'calls a brief']]
for (const manner of MANNERS) {
  const { server, url } = await imitation(manner, briefs)
  const entry = { name: manner.name, kind: manner.kind, base_url: `${url}/v1`, model: 'm', api_key: 'k' }
  const oauth = manner.kind === 'gigachat' ? { oauth: { url: `${url}/oauth` } } : {}
  const [settings] = ProviderList.parse(JSON.stringify([{ ...entry, ...oauth }]))
  const provider = createOpenAiProvider(settings!, LIMITS)
  rows.push(summary(manner.name, await evaluate(briefs, { provider, repairRounds: 2, callMs: 20_000, say: () => {} })))
  server.closeAllConnections()
  server.close()
}
const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)))
for (const row of rows)
  process.stdout.write(
    `${row
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join('  ')
      .trimEnd()}\n`,
  )

function summary(name: string, run: EvalRun): string[] {
  const count = (of: (b: EvalRun['briefs'][number]) => boolean): string => String(run.briefs.filter(of).length)
  const asked = run.briefs.filter(({ marked }) => marked !== null)
  return [
    name,
    count(({ error }) => error === null),
    ...CHECKS.map((check) => count(({ scores }) => scores[check]?.pass === true)),
    `${asked.filter(({ marked }) => marked).length}/${asked.length}`,
    (run.briefs.reduce((sum, { calls }) => sum + calls, 0) / run.briefs.length).toFixed(2),
  ]
}
