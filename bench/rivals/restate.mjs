import { setTimeout as sleep } from 'node:timers/promises'
import * as restate from '@restatedev/restate-sdk'
import { askModel, insertRow, serve, setting } from './job.mjs'

/** Restate: a handler of two runs, each kept in the log of its server, which is a program beside this one. */
const [ingress, admin, service] = ['BENCH_INGRESS', 'BENCH_ADMIN', 'BENCH_SERVICE'].map(setting)
await restate.serve({
  port: Number(service),
  services: [
    restate.service({
      name: 'generation',
      handlers: {
        run: async (ctx, { id, prompt }) => {
          const script = await ctx.run('ask', () => askModel(prompt))
          await ctx.run('keep', () => insertRow(id, script))
        },
      },
    }),
  ],
})
const post = (port, path, body, headers = {}) =>
  fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
const registered = () =>
  post(admin, '/deployments', { uri: `http://127.0.0.1:${service}` }).then(
    ({ ok }) => ok,
    () => false,
  )
while (!(await registered())) await sleep(100)
serve(async (id, prompt) => {
  const answer = await post(ingress, '/generation/run/send', { id, prompt }, { 'idempotency-key': id })
  if (!answer.ok) throw new Error(`Restate answered ${answer.status}: ${await answer.text()}`)
  await answer.arrayBuffer()
})
