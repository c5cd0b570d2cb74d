/** `node drill.ts FOLDER KEPT NODE` within namespace.sh: see main.ts. Ends with 1 when something was not as it should be. */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { until } from '../../support/until.ts'
import { PASSWORD } from '../../support/http.ts'
import { startLoad } from '../load.ts'
import { createDrill } from '../drill.ts'
import { startControlPlane } from './control-plane.ts'
import { PARENT, ROUTED_HOST, startEntry } from './entry.ts'
import { definitionFiles } from './definitions.ts'
import { followLogs } from './followed-logs.ts'
import { createKubectl, type Ran } from './kubectl.ts'
import { startMetricsApi } from './metrics-api.ts'
import { startNode } from './node.ts'
import { startPretendedNodes } from './pretended-nodes.ts'
import { createProcesses } from './processes.ts'
import { servers, SERVERS, TEMPORAL_ADDRESS } from './servers.ts'

const ROOT = resolve(import.meta.dirname, '../../..')
const CHART = join(ROOT, 'deploy/helm/scenor')
const [folder, kept, address] = process.argv.slice(2)
if (folder === undefined || kept === undefined || address === undefined)
  throw new Error('usage: drill.ts FOLDER KEPT NODE')
const READY_MS = 300_000
/** What an operator waits for at most when a release turns out bad. */
const ROLL_BACK_MS = 60_000
const NAMESPACE = 'scenor'
const SCALED = 'scaled'

await using drill = createDrill()
const { undo, say } = drill
const failures: string[] = []
const check = (is: boolean, what: string) => {
  say(`${is ? 'ok    ' : 'FAILED'} ${what}`)
  if (!is) failures.push(what)
}
async function timed<T>(what: string, does: () => Promise<T>): Promise<{ result: T; ms: number }> {
  const began = performance.now()
  const result = await does()
  const ms = performance.now() - began
  say(`${what}: ${(ms / 1_000).toFixed(1)} s`)
  return { result, ms }
}

// The cluster.
const processes = undo.use(createProcesses(join(folder, 'logs')))
const { result: plane } = await timed('control plane', () => startControlPlane(folder, address, processes))
const admin = createKubectl(plane.kubeconfig('admin'))
const deployer = createKubectl(plane.kubeconfig('deployer'))
const { result: node } = await timed('node', async () => {
  await admin.apply([
    {
      ...{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', metadata: { name: 'kubelets' } },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:kubelet-api-admin' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'kube-apiserver' }],
    },
  ])
  const started = await startNode(folder, join(kept, 'containerd'), address, plane, processes)
  await until(async () => {
    processes.check()
    const { items } = await admin.get<{ items: { status: { conditions?: { type: string; status: string }[] } }[] }>(
      'nodes',
    )
    return items[0]?.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')
  }, READY_MS)
  return started
})
await timed('images', async () => {
  const [ids, had] = [join(kept, 'images.tar.ids'), join(kept, 'containerd.ids')].map((path) => {
    try {
      return readFileSync(path, 'utf8')
    } catch {
      return ''
    }
  })
  if (ids === had) return
  node.ctr('images', 'import', join(String(kept), 'images.tar'))
  writeFileSync(join(String(kept), 'containerd.ids'), String(ids))
})
/** A release as a registry would name it. @returns its name with its digest */
const release = (tag: string) => {
  const line = node.ctr('images', 'ls', `name==docker.io/library/scenor:${tag}`)
  const digest = /sha256:[0-9a-f]{64}/.exec(line)?.[0]
  if (digest === undefined) throw new Error(`no image scenor:${tag}: ${line}`)
  const name = `registry.example.test/scenor@${digest}`
  node.ctr('images', 'tag', '--force', `docker.io/library/scenor:${tag}`, name)
  return name
}
const [present, next, broken] = ['local', 'next', 'broken'].map(release) as [string, string, string]

await timed('definitions of KEDA, the Prometheus operator and the Gateway API', async () => {
  await admin.kube('apply', '--server-side', ...definitionFiles().flatMap((file) => ['-f', file]))
  await admin.kube('wait', '--for=condition=Established', 'crd', '--all', '--timeout=60s')
})

// What a cluster has before the product comes.
const label = 'pod-security.kubernetes.io'
const restricted = { [`${label}/enforce`]: 'restricted', [`${label}/warn`]: 'restricted' }
const { objects, secret } = servers()
const bound = (namespace: string) => ({
  ...{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', metadata: { name: 'deployer', namespace } },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'admin' },
  subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'deployer' }],
})
const namespaces = [NAMESPACE, SCALED]
await admin.apply([
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: SERVERS } },
  ...namespaces.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: restricted } })),
  ...namespaces.map(bound),
  // As the operators' own charts give it to those who administer a namespace.
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'more-kinds', labels: { 'rbac.authorization.k8s.io/aggregate-to-admin': 'true' } },
    rules: [
      {
        apiGroups: ['keda.sh', 'monitoring.coreos.com', 'gateway.networking.k8s.io'],
        resources: ['scaledobjects', 'podmonitors', 'prometheusrules', 'httproutes'],
        verbs: ['*'],
      },
    ],
  },
])
await admin.apply([
  ...objects,
  ...namespaces.map((namespace) => ({
    ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'scenor', namespace }, stringData: secret },
  })),
])
const ready = (namespace: string) =>
  admin.kube('-n', namespace, 'wait', 'deployment', '--all', '--for=condition=Available', '--timeout=300s')
await timed('Postgres, Redis and Temporal ready', () => ready(SERVERS))
const people = await startEntry(folder, plane, admin, processes, NAMESPACE)
const metrics = undo.use(await startMetricsApi(plane, admin))

// Install.
const values = (name: string, given: object) => {
  const path = join(folder, `${name}.json`)
  writeFileSync(path, JSON.stringify(given))
  return path
}
const common = { existingSecret: 'scenor', secretKeys: Object.keys(secret) }
const config = {
  ...{ TEMPORAL_ADDRESS, PUBLIC_URL: 'https://localhost', RATE_LIMIT_SCALE: '1000' },
  ...{ AI_BUDGET_MICROS: '1000000000' },
}
const own = values('own', {
  ...{ ...common, config, nodeSelector: { kind: 'real' } },
  ingress: { enabled: true, hosts: ['localhost'], tlsSecret: 'entry' },
  httpRoute: { enabled: true, parentRefs: [PARENT], hostnames: [ROUTED_HOST] },
})
const delivery = (script: string) => join(ROOT, 'deploy/delivery', script)
const rollOut = (image: string, namespace: string, files: readonly string[], more: Record<string, string> = {}) =>
  deployer.ran(delivery('roll-out.sh'), [image], { NAMESPACE: namespace, VALUES: files.join(' '), ...more })
const went = ({ code, text, errors }: Ran, what: string) => {
  check(code === 0, `${what}${code === 0 ? '' : `: ${errors}${text}`}`)
  const warned = errors.split('\n').filter((line) => /warning|violate|deprecated/i.test(line))
  check(warned.length === 0, `${what}: no warnings${warned.length === 0 ? '' : `: ${warned.join('; ')}`}`)
}
went(
  (await timed('chart with default values, to ready', () => rollOut(present, NAMESPACE, [own]))).result,
  'installed under `restricted`',
)

interface Pod {
  readonly metadata: { readonly name: string; readonly uid: string; readonly deletionTimestamp?: string }
  readonly spec: { readonly containers: readonly { readonly image: string }[]; readonly nodeName?: string }
  readonly status: { readonly containerStatuses?: readonly { readonly restartCount: number }[] }
}
/** Of deployments: those of jobs have no such label. */
const pods = async (namespace: string, selector = 'scenor.ru/job') =>
  (await admin.get<{ items: Pod[] }>('pods', '-n', namespace, '-l', selector)).items.filter(
    ({ metadata }) => metadata.deletionTimestamp === undefined,
  )
undo.use(followLogs(join(folder, 'logs'), admin, NAMESPACE, () => pods(NAMESPACE, 'app.kubernetes.io/component=api')))
const isAll = async (image: string) => (await pods(NAMESPACE)).every(({ spec }) => spec.containers[0]?.image === image)

// A person, by the Ingress.
const { ms: led } = await timed('the Ingress leads to the API', () =>
  until(async () => (await people.ask('GET', '/health/ready')).status === 200, READY_MS),
)
check(led < 30_000, 'soon after it was ready')
const email = 'cluster@example.test'
const registered = await people.ask('POST', '/api/v1/auth/register', { body: { email, password: PASSWORD } })
check([201, 202].includes(registered.status), `registered (${registered.status})`)
const signIn = async () =>
  (await people.ask('POST', '/api/v1/auth/login', { body: { email, password: PASSWORD } })).body?.access_token as string
const token = await until(signIn, READY_MS)
const generate = async () => {
  const body = { brief: 'A short ad for a warm thermos that keeps tea hot for a day' }
  const headers = { 'idempotency-key': crypto.randomUUID() }
  const { status, body: said } = await people.ask('POST', '/api/v1/ai/generate', { token, body, headers })
  if (status !== 202) throw new Error(`generate: ${status} ${JSON.stringify(said)}`)
  return said.id as string
}
const succeeded = (id: string) =>
  until(async () => {
    const { body } = await people.ask('GET', `/api/v1/operations/${id}`, { token })
    if (body?.finished_at) return body.status === 'succeeded' ? true : Promise.reject(new Error(JSON.stringify(body)))
    return false
  }, READY_MS)
await timed('a script by the Ingress', async () => succeeded(await generate()))
const routed = [
  '-s',
  '-o',
  '/dev/null',
  '-w',
  '%{http_code}',
  '-H',
  `Host: ${ROUTED_HOST}`,
  'http://127.0.0.1/health/ready',
]
const byRoute = await until(() => {
  const code = execFileSync('curl', routed, { encoding: 'utf8' })
  return code === '404' ? false : code
}, 30_000).catch(() => '404')
check(byRoute === '200', `the HTTPRoute leads to the API (${byRoute})`)
check((await people.ask('GET', '/internal/keys')).status === 404, 'nothing internal can be reached')

await timed('worker killed while three scripts are written', async () => {
  const written = [await generate(), await generate(), await generate()]
  await admin.kube(
    '-n',
    NAMESPACE,
    'delete',
    'pod',
    '-l',
    'app.kubernetes.io/component=worker-ai',
    '--force',
    '--grace-period=0',
  )
  await Promise.all(written.map(succeeded))
})
await ready(NAMESPACE)

// Upgrade, a migration that fails, back; all of it under load.
const load = await startLoad(people, undo, say)
const so = (what: string) =>
  check(load.tally.failed.length === 0, `${what}: ${load.tally.failed.length} failed of ${load.tally.requests}`)
await delay(5_000)
went((await timed('upgrade under load', () => rollOut(next, NAMESPACE, [own]))).result, 'upgraded')
check(await isAll(next), 'all pods are of the next release')
so('upgrade')
const uids = async () =>
  (await pods(NAMESPACE))
    .map(({ metadata }) => metadata.uid)
    .sort()
    .join()
const before = await uids()
const { result: refused } = await timed('upgrade with a migration that fails', () =>
  rollOut(broken, NAMESPACE, [own], { TIMEOUT: '3m' }),
)
check(
  refused.code !== 0 && (await uids()) === before,
  `it stops before a pod is touched (${refused.errors.trim().split('\n').at(-1)})`,
)
so('a migration that fails')
const rollBack = (revision: string[] = []) => deployer.ran(delivery('roll-back.sh'), revision, { NAMESPACE })
const back = await timed('back from the failed one', () => rollBack())
went(back.result, 'rolled back')
check((await isAll(next)) && back.ms < ROLL_BACK_MS, 'to the release before it, within a minute')
const further = await timed('back to the first release', () => rollBack(['1']))
went(further.result, 'rolled back to revision 1')
check(await isAll(present), 'all pods are of the first release')
check(further.ms < ROLL_BACK_MS, `within a minute (${(further.ms / 1_000).toFixed(1)} s)`)
so('both ways back')
check((await load.end()) === 0, 'nothing failed, was lost or is stuck')
const refusedByPostgres = (await admin.kube('-n', SERVERS, 'logs', 'deployment/postgres'))
  .split('\n')
  .filter((line) => /FATAL/.test(line))
check(
  refusedByPostgres.length === 0,
  `Postgres refused nobody${refusedByPostgres.length ? `: ${refusedByPostgres[0]}` : ''}`,
)

// Scaled by what the pods themselves say.
const scaling = values('scaling', { api: { autoscaling: { enabled: true, min: 2, max: 4, requestsInFlight: 5 } } })
went(await rollOut(present, NAMESPACE, [own, scaling]), 'autoscaling by requests in flight')
let busy = true
const callers = Array.from({ length: 30 }, async () => {
  while (busy) await signIn().catch(() => {})
})
const replicas = async (namespace: string) =>
  (await admin.get<{ status: { readyReplicas?: number } }>('deployment', 'scenor-api', '-n', namespace)).status
    .readyReplicas ?? 0
await timed('from 2 to 4 copies, by requests in flight', () =>
  until(async () => (await replicas(NAMESPACE)) === 4, READY_MS),
)
  .then(() => check(true, 'the HPA follows scenor_http_in_flight of the pods'))
  .catch(async (error: unknown) =>
    check(false, `${String(error)}: ${await admin.kube('-n', NAMESPACE, 'describe', 'hpa')}`),
  )
busy = false
await Promise.all(callers)

// Many nodes.
await startPretendedNodes(folder, plane, admin, processes)
const pretended = values('pretended', {
  ...{ ...common, config: { ...config, KAFKA_BROKERS: 'kafka:9092' }, nodeSelector: { kind: 'fake' } },
  tolerations: [{ key: 'kind', operator: 'Equal', value: 'fake', effect: 'NoSchedule' }],
})
const overlays = ['ha', 'production'].map((name) => join(CHART, `values-${name}.yaml`))
metrics.cpu = 100
const { result: installed } = await timed('overlays ha and production, on nodes that KWOK pretends', () =>
  rollOut(present, SCALED, [...overlays, pretended]),
)
went(installed, 'ScaledObjects, PodMonitors, PrometheusRule, HPA and dashboards')
const kinds = ['scaledobjects', 'podmonitors', 'prometheusrules', 'hpa', 'pdb', 'networkpolicies']
for (const kind of kinds)
  check((await admin.get<{ items: [] }>(kind, '-n', SCALED)).items.length > 0, `${kind} are there`)
// 250 thousandths are asked for; 60 % of it is what the overlay aims at.
metrics.cpu = 300
await timed('from 3 copies to more, by use of the processor', () =>
  until(async () => (await replicas(SCALED)) > 3, READY_MS),
)
metrics.cpu = 150
/** The fewest copies that were available while something went on. */
const fewest = async (does: Promise<unknown>): Promise<number> => {
  const watch = { goesOn: true, least: Infinity }
  const watching = (async () => {
    while (watch.goesOn) watch.least = Math.min(watch.least, await replicas(SCALED))
  })()
  await does.finally(() => (watch.goesOn = false))
  await watching
  return watch.least
}
const wanted = await replicas(SCALED)
const drain = (name: string, timeout: string) =>
  admin.ran('kubectl', ['drain', name, '--ignore-daemonsets', '--delete-emptydir-data', '--timeout', timeout])
const drained = { code: -1 }
const least = await fewest(timed('drain of a node', async () => Object.assign(drained, await drain('fake-1', '120s'))))
check(
  drained.code === 0 && least >= wanted - 1,
  `a drain ends, and never are more than one copy away (${least} of ${wanted})`,
)
// Where those that go can go nowhere, the disruption budget stops it.
const stopped = await drain('fake-2', '15s')
const left = (await pods(SCALED, 'app.kubernetes.io/component=api')).filter(
  ({ spec }) => spec.nodeName === 'fake-2',
).length
check(
  stopped.code !== 0 && left >= wanted - 1,
  `the budget holds where there is no other node (${left} of ${wanted} stay)`,
)
await admin.kube('uncordon', 'fake-1')
check((await drain('fake-2', '120s')).code === 0, 'and lets go when there is one')

const memory = Object.entries(processes.memory()).map(([name, mib]) => `${name} ${mib}`)
say(`MiB: ${memory.join(', ')}`)
processes.check()
for (const failure of failures) say(`FAILED ${failure}`)
if (failures.length > 0) process.exitCode = 1
else say('all as it should be')
