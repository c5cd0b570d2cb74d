import type { Person, Reply } from './http.ts'
import type { System } from './system.ts'
import { v7 as uuidv7 } from 'uuid'

/** A row and a scene as a client sends them. */
export const row = (said: string, extra: Record<string, unknown> = {}) => ({
  visual: 'Чайник на столе',
  audio: [{ speaker: 'Диктор', type: 'vo', text: said }],
  on_screen_text: null,
  duration_s: 4,
  ...extra,
})
export const scene = (heading: string, ...said: string[]) => ({
  heading,
  beat: 'hook',
  locked: false,
  rows: said.map((text) => row(text)),
})

export interface Written {
  readonly id: string
  readonly etag: string
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test looks into many shapes
  readonly body: any
}

/** Stores a scenario of this person's. */
export async function write(person: Person, body: Record<string, unknown> = {}): Promise<Written> {
  const reply = await person.post('/scenarios', { title: 'Ролик о чайнике', ...body })
  if (reply.status !== 201) throw new Error(`POST /scenarios answered ${reply.status}: ${reply.text}`)
  return { id: reply.body.id, etag: reply.headers.get('etag')!, body: reply.body }
}

/** Gives a person a role, as sharing does once it has found the account. */
export async function grant(
  system: System,
  scenarioId: string,
  by: Person,
  to: Person,
  role: 'viewer' | 'commenter' | 'editor',
) {
  const id = uuidv7()
  await system.databases.scenarios
    .insertInto('shares')
    .values({
      id,
      scenario_id: scenarioId,
      user_id: to.id,
      role,
      status: 'active',
      created_by: by.id,
      email: null,
      token_hash: null,
      expires_at: null,
    })
    .execute()
  return id
}

/** Pointers of a 422. */
export const pointers = (reply: Reply): string[] => (reply.body?.errors ?? []).map((e: { path: string }) => e.path)
export const ifMatch = (etag: string) => ({ headers: { 'if-match': etag } })
