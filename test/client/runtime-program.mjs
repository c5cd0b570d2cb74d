// A program of somebody who has installed the package; Node, Bun and Deno each run it as it is. Prints what it saw as one line of JSON.
import process from 'node:process'
import { createScenor } from '@scenor/client'

const [straight, cutting, email, password] = process.argv.slice(2)
/** @type {string | undefined} */
let kept
const scenor = createScenor(straight, { onRefreshToken: (token) => (kept = token) })
await scenor.auth.register({ email, password })
const brief = { brief: 'A thermos that keeps tea hot for a day. Order on the site.' }
const operation = await scenor.generate(brief)

const ids = []
const names = []
// Somebody else goes on with the session, over connections that break.
for await (const { id, event } of createScenor(cutting, { refreshToken: kept }).operations.events(operation.id)) {
  ids.push(Number(id))
  names.push(event)
}
const refused = await scenor.call('GET /scenarios/{id}', { params: { id: 'nothing' } }).catch((error) => error)
console.log(JSON.stringify({ status: operation.status, ids, names, refused: refused.code }))
