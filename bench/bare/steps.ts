import { Context } from '@temporalio/activity'
import pg from 'pg'
import { setting } from './settings.ts'

export const BARE_TABLE =
  'create table results (id text primary key, script jsonb not null, stored_at timestamptz(3) not null default clock_timestamp())'

/**
 * The two steps that every subject takes at least: ask the model, keep its answer.
 * @param beatMs how often the call of the model tells Temporal that it is alive; 0: never
 */
export function createSteps(beatMs = 0) {
  const pool = new pg.Pool({ connectionString: setting('BENCH_DATABASE_URL'), max: 10 })
  const url = `${setting('BENCH_MODEL_URL')}/chat/completions`
  return {
    askModel: async (prompt: string): Promise<string> => {
      using undo = new DisposableStack()
      if (beatMs > 0) {
        const { heartbeat } = Context.current()
        undo.adopt(setInterval(heartbeat, beatMs), clearInterval)
      }
      const body = JSON.stringify({ model: 'bench', messages: [{ role: 'user', content: prompt }] })
      const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
      const { choices } = (await response.json()) as { choices: { message: { content: string } }[] }
      return choices[0]!.message.content
    },
    insertRow: async (row: { id: string; script: string }): Promise<void> => {
      await pool.query('insert into results (id, script) values ($1, $2) on conflict do nothing', [row.id, row.script])
    },
  }
}
export type Steps = ReturnType<typeof createSteps>
