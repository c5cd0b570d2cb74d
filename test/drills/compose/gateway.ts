import { readFileSync } from 'node:fs'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { v4 as uuid } from 'uuid'
import { createScenor } from '../../../client/index.ts'

/** With pauses of up to 8 s: what is killed here may be away for two minutes. */
const TRIES = 30

/** A person who has scripts written. */
export interface Person {
  /** @returns id of the operation, accepted */
  generate(): Promise<string>
  /** @returns id of the scenario, when it is there */
  written(operation: string, limitMs: number): Promise<string>
  scenarios(): Promise<Set<string>>
  read(scenario: string): Promise<unknown>
  /** @returns how many requests were not answered, or with "not now" */
  repeats(): number
}

/** Somebody new, by the port of the gateway: the client as it is published, which trusts the installation's certificate. */
export async function register(port: number, certificate: string): Promise<Person> {
  setDefaultCACertificates([...getCACertificates(), readFileSync(certificate, 'utf8')])
  let repeats = 0
  const counted: typeof fetch = async (...asked) => {
    const answer = await fetch(...asked).catch((error: unknown) => {
      repeats += 1
      throw error
    })
    if (!answer.ok) repeats += 1
    return answer
  }
  const scenor = createScenor(`https://localhost:${port}`, { tries: TRIES, fetch: counted })
  await scenor.auth.register({ email: `drill-${uuid()}@example.test`, password: 'plum-orbit-kettle-92' })
  const brief = { brief: 'A 30-second ad for a thermos that keeps tea hot for a day', target_duration_s: 30 }
  return {
    generate: async () => (await scenor.call('POST /ai/generate', { body: brief })).id,
    async written(operation, limitMs) {
      const deadline = new Date(Date.now() + limitMs)
      const { status, result, error } = await scenor.operations.wait(operation, { deadline })
      if (status !== 'succeeded') throw new Error(`${operation} ${status}: ${JSON.stringify(error)}`)
      return result?.scenario_id ?? ''
    },
    async scenarios() {
      const found = new Set<string>()
      for await (const { id } of scenor.pages('GET /scenarios', { query: { limit: 100 } })) found.add(id)
      return found
    },
    read: (id) => scenor.call('GET /scenarios/{id}', { params: { id } }),
    repeats: () => repeats,
  }
}
