import { createServer } from 'node:http'
import pg from 'pg'

/** A variable that the bench gives these programs. */
export function setting(name) {
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} must be set: the bench starts this program`)
  return value
}

const results = new pg.Pool({ connectionString: setting('BENCH_DATABASE_URL'), max: 10 })

/** The first step: what bench/bare/steps.ts asks of the model. */
export async function askModel(prompt) {
  const response = await fetch(`${setting('BENCH_MODEL_URL')}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'bench', messages: [{ role: 'user', content: prompt }] }),
  })
  const { choices } = await response.json()
  return choices[0].message.content
}

/** The second step: keeps the answer. Harmless twice. */
export async function insertRow(id, script) {
  await results.query('insert into results (id, script) values ($1, $2) on conflict do nothing', [id, script])
}

/**
 * Takes jobs over HTTP: `POST /ID` with the prompt as body is answered when the engine has kept the job.
 * @param accept gets id and prompt; resolves when the job cannot be lost any more
 */
export function serve(accept) {
  const server = createServer((request, response) => {
    let prompt = ''
    request.setEncoding('utf8')
    request.on('data', (text) => (prompt += text))
    request.on('end', () => {
      accept(request.url.slice(1), prompt).then(
        () => response.writeHead(202).end(),
        (error) => response.writeHead(500).end(String(error)),
      )
    })
  })
  server.listen(Number(setting('BENCH_PORT')), '127.0.0.1', () => process.send?.({ type: 'ready' }))
  for (const event of ['SIGTERM', 'disconnect']) process.on(event, () => process.exit(0))
}
