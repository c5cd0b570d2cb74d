import { setTimeout as sleep } from 'node:timers/promises'
import { composeScript } from '../../writing/demo/compose.ts'
import { serve } from './serve.ts'
import { setting } from './settings.ts'

/**
 * A model as people know them: it writes a script (60 s, about 10 KB) piece by piece for `BENCH_SHORTEST_MS` to `BENCH_LONGEST_MS`, in the
 * mean for 3/7 of the way between them. Every run sees the same times in the same order.
 */
const [shortest, longest] = [Number(setting('BENCH_SHORTEST_MS')), Number(setting('BENCH_LONGEST_MS'))]
const PIECES = 40
const content = JSON.stringify(
  composeScript({ brief: 'Ролик о термосе, который держит тепло сутки', kind: 'ad' }, 'ru'),
)
const usage = { prompt_tokens: 900, completion_tokens: 1800, total_tokens: 2700 }

/** mulberry32 (Tommy Ettinger, 2017, public domain): 32 bits of state, good enough to spread times. */
function seeded(state: number): () => number {
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
const next = seeded(20)
// The mean of u^(4/3) over 0 to 1 is 3/7: 5 to 40 s are 20 s in the mean.
const takesMs = () => shortest + (longest - shortest) * next() ** (4 / 3)

serve(async (request, response) => {
  let body = ''
  for await (const chunk of request.setEncoding('utf8')) body += chunk
  const isStreamed = (JSON.parse(body) as { stream?: boolean }).stream === true
  const everyMs = takesMs() / PIECES
  if (!isStreamed) {
    await sleep(everyMs * PIECES)
    const choices = [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }]
    response.writeHead(200, { 'content-type': 'application/json' })
    return void response.end(JSON.stringify({ object: 'chat.completion', model: 'bench', choices, usage }))
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  const send = (delta: object, finish_reason: string | null, rest: object = {}) => {
    const choices = [{ index: 0, delta, finish_reason }]
    response.write(`data: ${JSON.stringify({ object: 'chat.completion.chunk', model: 'bench', choices, ...rest })}\n\n`)
  }
  const size = Math.ceil(content.length / PIECES)
  for (let at = 0; at < content.length && !response.destroyed; at += size) {
    await sleep(everyMs)
    send({ content: content.slice(at, at + size) }, null)
  }
  send({}, 'stop', { usage })
  response.end('data: [DONE]\n\n')
})
