// `node smoke.mjs URL`: plain JavaScript without dependencies, for whatever Node a pipeline has (20 or newer). Ends with 1 and the reason.
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'

const url = process.argv[2].replace(/\/$/, '')
const WITHIN_MS = 180_000
const end = Date.now() + WITHIN_MS

/** Repeats what is not answered, or with "not now"; the same key each time, so that nothing is done twice. */
async function ask(method, path, expected, { body, token } = {}) {
  const key = randomUUID()
  for (let reason; ; await sleep(1_000)) {
    if (Date.now() > end) throw new Error(`${method} ${path}: ${reason}`)
    try {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: {
          ...(body && { 'Content-Type': 'application/json', 'Idempotency-Key': key }),
          ...(token && { Authorization: `Bearer ${token}` }),
        },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(30_000),
      })
      const text = await response.text()
      if (expected.includes(response.status)) return JSON.parse(text)
      reason = `${response.status} ${text.slice(0, 300)}`
      if (response.status < 500 && response.status !== 429) throw Object.assign(new Error(reason), { final: true })
    } catch (error) {
      if (error.final) throw new Error(`${method} ${path}: ${error.message}`)
      reason = error.cause?.message ?? error.message
    }
  }
}

await ask('GET', '/health/ready', [200])
const person = { email: `smoke-${randomUUID()}@example.test`, password: `Smoke-${randomUUID()}` }
const registered = await ask('POST', '/api/v1/auth/register', [201, 202], { body: person })
if (!registered.access_token) await finished(registered.id)
const token = registered.access_token ?? (await ask('POST', '/api/v1/auth/login', [200], { body: person })).access_token
const brief = { brief: 'A 30-second ad for a thermos that keeps tea hot for a day', target_duration_s: 30 }
const { id } = await ask('POST', '/api/v1/ai/generate', [202], { body: brief, token })
console.log(`${url} wrote ${(await finished(id, token)).scenario_id}`)

/** The result of an operation, when it is there. */
async function finished(operation, token) {
  for (;;) {
    const { status, error, result } = await ask('GET', `/api/v1/operations/${operation}`, [200], { token })
    if (status === 'succeeded') return result
    if (status === 'failed' || status === 'cancelled' || Date.now() > end)
      throw new Error(`${operation} is ${status}: ${JSON.stringify(error)}`)
    await sleep(1_000)
  }
}
