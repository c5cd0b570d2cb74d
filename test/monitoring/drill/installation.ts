import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { startStack, type Stack } from '../../../bench/stack.ts'
import type { Running } from '../../../local/processes/running.ts'
import { freePort } from '../../../local/processes/ports.ts'
import { rulesFile } from '../../../monitoring/rules.ts'
import { SERVICES, type Service } from '../../../services.ts'
import { createApiClient, type Api, type Person } from '../../support/http.ts'
import { startMailServer, type MailServer } from '../../support/mail-server.ts'
import { startModelServer, type ModelServer } from '../../support/model-server.ts'
import { faster, startWatching, type Watching } from '../../support/prometheus.ts'
import { startRedis, type RedisServer } from '../../support/redis.ts'
import { createGate, type Gate } from './gate.ts'

/** How many times shorter all spans of the rules are: five minutes become fifteen seconds. */
const FASTER = 20

/** A whole installation of processes, watched by a real Prometheus, with ways to break it. */
export interface Installation {
  readonly api: Api
  readonly person: Person
  readonly model: ModelServer
  readonly mails: MailServer
  readonly redis: RedisServer
  /** Ways from our processes to the servers. */
  readonly postgres: Gate
  readonly temporal: Gate
  readonly watching: Watching
  readonly dataDir: string
  readonly backupMark: string
  /** Past the gate. */
  readonly databases: Readonly<Record<Service, pg.Pool>>
  start(role: 'api' | 'workers'): Promise<void>
  stop(role: 'api' | 'workers'): Promise<void>
}

/** @param undo gets everything that has to end */
export async function startInstallation(
  undo: AsyncDisposableStack,
  say: (line: string) => void,
): Promise<Installation> {
  const stack: Stack = await startStack({ undo, say, profiles: null })
  const [model, mails, redis] = [
    undo.use(await startModelServer()),
    undo.use(await startMailServer()),
    await startRedis(),
  ]
  undo.defer(() => redis.kill())
  const { host } = new URL(stack.postgres.url)
  const [postgres, temporal] = [undo.use(await createGate(host)), undo.use(await createGate(stack.temporal.address))]
  const gated = new URL(stack.postgres.url)
  gated.host = postgres.address
  const ports = new Set<number>()
  while (ports.size < 4) ports.add(await freePort())
  const [port, internal, ofApi, ofWorkers] = [...ports]
  const dataDir = join(stack.folder, 'data')
  const backupMark = join(stack.folder, 'backup')
  writeFileSync(backupMark, '')
  const env = {
    ...{
      PORT: `${port}`,
      INTERNAL_PORT: `${internal}`,
      METRICS_PORT: `${ofApi}`,
      WORKERS_METRICS_PORT: `${ofWorkers}`,
    },
    ...{ DATA_DIR: dataDir, DATABASE_URL: gated.href, TEMPORAL_ADDRESS: temporal.address, REDIS_URL: redis.url },
    ...{ OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-drill', SMTP_URL: mails.url, MAIL_FROM: 'scenor@scenor.test' },
    ...{
      BACKUP_MARK: backupMark,
      RATE_LIMIT_SCALE: '1000',
      AI_CONCURRENCY: '8',
      AI_GIVE_UP_S: '5',
      AI_REPAIR_ROUNDS: '0',
      // A model that says nothing is waited for, until the fault is over.
      AI_FIRST_TOKEN_MS: '300000',
      AI_TIMEOUT_MS: '600000',
    },
    ...{ DRAIN_S: '0', WORKERS_DRAIN_S: '2', LOG_LEVEL: 'warn', NOTIFY_GIVE_UP_S: '5' },
  }
  const running = new Map<'api' | 'workers', Running>()
  const start = async (role: 'api' | 'workers') =>
    void running.set(role, await stack.program(role, `../${role}/main.ts`, env))
  await Promise.all([start('api'), start('workers')])
  const watching = undo.use(
    await startWatching({
      targets: { 'scenor-api': [`127.0.0.1:${ofApi}`], 'scenor-workers': [`127.0.0.1:${ofWorkers}`], temporal: [] },
      rules: faster(rulesFile(), FASTER, 20),
      interval: '5s',
    }),
  )
  model.always({})
  const api = createApiClient(`http://127.0.0.1:${port}`)
  const person = await api.register()
  // What is read needs to be there.
  const { body } = await person.post('/ai/generate', { brief: 'Ролик о термосе.', target_duration_s: 30 })
  await api.finished(body.id, person.token, 120_000)
  const databases = Object.fromEntries(
    SERVICES.map((service) => {
      const pool = new pg.Pool({ connectionString: stack.databaseUrl(service), max: 2 })
      undo.defer(() => pool.end())
      return [service, pool]
    }),
  ) as Record<Service, pg.Pool>
  const drilled = await api.register()
  // Mails go to proven addresses alone.
  await databases.auth.query('update accounts set email_verified_at = now() where id = $1', [drilled.id])
  undo.defer(() => rmSync(backupMark, { force: true }))
  return {
    ...{
      api,
      person: drilled,
      model,
      mails,
      redis,
      postgres,
      temporal,
      watching,
      dataDir,
      backupMark,
      databases,
    },
    start,
    stop: async (role) => running.get(role)?.stop(),
  }
}
