import { setTimeout as sleep } from 'node:timers/promises'
import { composeScript } from '../../writing/demo/compose.ts'
import { serve } from './serve.ts'
import { setting } from './settings.ts'

/** A model that takes the same time for every script: an OpenAI-compatible completion with a script of usual size (60 s, about 10 KB). */
const latencyMs = Number(setting('BENCH_LATENCY_MS'))
const script = composeScript({ brief: 'Ролик о термосе, который держит тепло сутки', kind: 'ad' }, 'ru')
const completion = JSON.stringify({
  id: 'chatcmpl-bench',
  object: 'chat.completion',
  model: 'bench',
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: JSON.stringify(script) } }],
  usage: { prompt_tokens: 900, completion_tokens: 1800, total_tokens: 2700 },
})

serve(async (request, response) => {
  for await (const _ of request);
  await sleep(latencyMs)
  response.writeHead(200, { 'content-type': 'application/json' }).end(completion)
})
