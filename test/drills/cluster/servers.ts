import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { SERVICES } from '../../../services.ts'

const ROOT = resolve(import.meta.dirname, '../../..')
/** Namespace of the servers, which the chart does not bring. */
export const SERVERS = 'servers'
const at = (name: string) => `${name}.${SERVERS}.svc.cluster.local`
export const TEMPORAL_ADDRESS = `${at('temporal')}:7233`

const text = (path: string) => readFileSync(join(ROOT, path), 'utf8')
const fromSecret = (name: string, key: string) => ({ name, valueFrom: { secretKeyRef: { name: 'servers', key } } })

interface Server {
  readonly name: string
  readonly port: number
  readonly image: string
  readonly container: object
  readonly before?: object
  readonly volumes?: readonly object[]
}
const deployment = ({ name, port, image, container, before, volumes = [] }: Server) => [
  {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace: SERVERS } },
    spec: {
      strategy: { type: 'Recreate' },
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          ...{ automountServiceAccountToken: false, enableServiceLinks: false, nodeSelector: { kind: 'real' } },
          volumes: [...volumes, { name: 'files', configMap: { name: 'files', defaultMode: 0o755 } }],
          ...(before && { initContainers: [before] }),
          containers: [
            {
              ...{ name, image, imagePullPolicy: 'Never', ports: [{ containerPort: port }] },
              readinessProbe: { tcpSocket: { port }, periodSeconds: 1 },
              // One that asks for nothing has a hundredth of the others' share of a busy processor: a connection took Postgres 5 s.
              resources: { requests: { cpu: '50m' } },
              ...container,
            },
          ],
        },
      },
    },
  },
  {
    ...{ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: SERVERS } },
    spec: { selector: { app: name }, ports: [{ port }] },
  },
]

/**
 * Postgres with a role for each service, Redis with a password, and Temporal's production server on Postgres, as docker-compose.yml has
 * them; their data goes with them.
 * @returns their objects, and the Secret of the product as the chart wants it, with a key for each variable
 */
export function servers(): { readonly objects: readonly object[]; readonly secret: Readonly<Record<string, string>> } {
  const fresh = parseEnv(
    execFileSync(process.execPath, [join(ROOT, 'cli/new-secrets.ts')], { encoding: 'utf8' }),
  ) as Record<string, string>
  const { POSTGRES_PASSWORD, SCENOR_DB_PASSWORD, TEMPORAL_DB_PASSWORD, REDIS_PASSWORD, ...own } = fresh
  const passwords = { POSTGRES_PASSWORD, SCENOR_DB_PASSWORD, TEMPORAL_DB_PASSWORD, REDIS_PASSWORD }
  const ofService = (service: string) => `${service.toUpperCase()}_DB_PASSWORD`
  const database = (user: string, password: string | undefined, name: string) =>
    `postgres://${user}:${password}@${at('postgres')}:5432/${name}`
  const secret = {
    ...Object.fromEntries(Object.entries(own).filter(([name]) => !name.endsWith('_DB_PASSWORD'))),
    ...Object.fromEntries(
      SERVICES.map((service) => [
        `${service.toUpperCase()}_DATABASE_URL`,
        database(`scenor_${service}`, fresh[ofService(service)], service),
      ]),
    ),
    MIGRATE_DATABASE_URL: database('scenor', SCENOR_DB_PASSWORD, 'postgres'),
    REDIS_URL: `redis://:${REDIS_PASSWORD}@${at('redis')}:6379`,
  }
  const roles = SERVICES.map((service) => ({ key: ofService(service), path: `${service}_db_password` }))
  const kept = { name: 'passwords', mountPath: '/run/secrets' }
  const objects = [
    {
      ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'servers', namespace: SERVERS } },
      stringData: { ...passwords, ...Object.fromEntries(roles.map(({ key }) => [key, fresh[key]])) },
    },
    {
      ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'files', namespace: SERVERS } },
      data: {
        'roles.sh': text('deploy/postgres/roles.sh'),
        'schema.sh': text('deploy/temporal/schema.sh'),
        'dynamic-config.yaml': text('deploy/temporal/dynamic-config.yaml'),
      },
    },
    ...deployment({
      ...{ name: 'postgres', port: 5432, image: 'docker.io/library/postgres:18-bookworm' },
      volumes: [
        {
          name: 'passwords',
          secret: {
            secretName: 'servers',
            defaultMode: 0o444,
            items: [
              ...roles,
              { key: 'POSTGRES_PASSWORD', path: 'postgres_password' },
              { key: 'SCENOR_DB_PASSWORD', path: 'scenor_db_password' },
              { key: 'TEMPORAL_DB_PASSWORD', path: 'temporal_db_password' },
            ],
          },
        },
        { name: 'data', emptyDir: {} },
      ],
      container: {
        args: ['postgres', '-c', 'max_connections=300', '-c', 'log_error_verbosity=terse'],
        env: ['POSTGRES_PASSWORD', 'SCENOR_DB_PASSWORD', 'TEMPORAL_DB_PASSWORD'].map((name) => ({
          name: `${name}_FILE`,
          value: `/run/secrets/${name.toLowerCase()}`,
        })),
        volumeMounts: [
          kept,
          { name: 'data', mountPath: '/var/lib/postgresql' },
          { name: 'files', mountPath: '/docker-entrypoint-initdb.d/roles.sh', subPath: 'roles.sh' },
        ],
      },
    }),
    ...deployment({
      ...{ name: 'redis', port: 6379, image: 'docker.io/library/redis:7.4-bookworm' },
      container: {
        env: [fromSecret('REDIS_PASSWORD', 'REDIS_PASSWORD')],
        command: ['sh', '-c', `printf 'requirepass %s\\n' "$REDIS_PASSWORD" | exec redis-server - --save ''`],
      },
    }),
    ...deployment({
      ...{ name: 'temporal', port: 7233, image: 'docker.io/temporalio/server:1.32.2' },
      before: {
        ...{ name: 'schema', image: 'docker.io/temporalio/admin-tools:1.32.2', imagePullPolicy: 'Never' },
        command: ['sh', '/files/schema.sh'],
        env: [
          { name: 'SQL_HOST', value: at('postgres') },
          { name: 'SQL_PORT', value: '5432' },
          { name: 'SQL_USER', value: 'temporal' },
          fromSecret('SQL_PASSWORD', 'TEMPORAL_DB_PASSWORD'),
        ],
        volumeMounts: [{ name: 'files', mountPath: '/files' }],
      },
      container: {
        env: [
          { name: 'DB', value: 'postgres12' },
          { name: 'DB_PORT', value: '5432' },
          { name: 'POSTGRES_SEEDS', value: at('postgres') },
          { name: 'POSTGRES_USER', value: 'temporal' },
          fromSecret('POSTGRES_PWD', 'TEMPORAL_DB_PASSWORD'),
          { name: 'BIND_ON_IP', value: '0.0.0.0' },
          { name: 'NUM_HISTORY_SHARDS', value: '16' },
          { name: 'LOG_LEVEL', value: 'warn' },
          { name: 'DYNAMIC_CONFIG_FILE_PATH', value: '/files/dynamic-config.yaml' },
        ],
        volumeMounts: [{ name: 'files', mountPath: '/files' }],
      },
    }),
  ]
  return { objects, secret }
}
