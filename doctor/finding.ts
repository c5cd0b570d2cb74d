import type { Config } from '../config.ts'
import type { Databases } from '../db/databases.ts'
import type { Keys } from '../keys/keys.ts'
import type { Service } from '../services.ts'
import type { Client } from '@temporalio/client'
import type { Code } from './words.ts'

/** What a check found. `ok` and `warning` let work go on, a `fault` does not. */
export interface Finding {
  /** What was looked at: `database_ai`, `keys` … */
  readonly check: string
  readonly level: 'ok' | 'warning' | 'fault'
  readonly code: Code
  /** What its words name. No secret, no address with a password. */
  readonly facts: Readonly<Record<string, string | number>>
}

/** What a check may ask. */
export interface Examined {
  readonly config: Config
  readonly databases: Databases
  readonly temporal: Client
  /** Null where the installation's are not there. */
  readonly keys: Keys | null
}

/** Whether this process may open that database: of others it can say nothing. */
export const opens = ({ databases }: Pick<Config, 'databases'>, service: Service): boolean =>
  databases === null || databases[service] !== undefined

export type Check = (examined: Examined) => Promise<readonly Finding[]>

const at =
  (level: Finding['level']) =>
  (check: string, code: Code, facts: Finding['facts'] = {}): Finding => ({ check, level, code, facts })
export const ok = at('ok')
export const warning = at('warning')
export const fault = at('fault')

/** @throws Error with the code ETIMEDOUT when it takes longer */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' })), ms)
  })
  // It may still fail when nobody waits for it any more.
  work.catch(() => {})
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}
