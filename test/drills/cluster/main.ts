/**
 * `npm run drill:cluster`: a Kubernetes control plane and a node that really runs pods, the product on it by its chart, and what an
 * operator does with it: install, upgrade under load, a migration that fails, back, scale, drain. drill.ts is what is done. Needs root;
 * about fifteen minutes, and the programs are built once by `.ci/go-tools.sh` (twenty more).
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { cached } from './processes.ts'

const ROOT = resolve(import.meta.dirname, '../../..')
const HERE = import.meta.dirname
const LIMIT_MS = 45 * 60_000
const NODE = '172.31.48.2'
const PROGRAMS = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubelet',
  'kube-proxy',
  'kwok',
  'coredns',
]
const MODULES = [
  'github.com/kedacore/keda/v2@v2.21.0',
  'github.com/prometheus-operator/prometheus-operator@v0.85.0',
  'sigs.k8s.io/gateway-api@v1.5.1',
]

const say = (text: string) => void process.stdout.write(`${text}\n`)
const run = (command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env) => {
  const { status, error } = spawnSync(command, args, { cwd: ROOT, env, stdio: 'inherit', timeout: LIMIT_MS })
  if (error) throw error
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}`)
}

for (const script of ['install-kube-tools.sh', 'install-gateway.sh']) run(join(ROOT, '.ci', script), [])
run(join(ROOT, '.ci/packages.sh'), ['engine', 'node'])
run(join(ROOT, '.ci/go-tools.sh'), PROGRAMS)
// Now, while the internet can be reached.
for (const module of MODULES)
  execFileSync('go', ['mod', 'download', module], { stdio: 'inherit', env: { ...process.env, GOFLAGS: '-mod=mod' } })

const kept = cached('drill-node')
mkdirSync(kept, { recursive: true })
const archive = join(kept, 'images.tar')
say('images …')
run(join(ROOT, 'test/drills/compose/engine.sh'), [
  'build',
  process.env['DRILL_ENGINE'] ?? cached('drill-engine'),
  join(HERE, 'images.sh'),
  archive,
])

const folder = mkdtempSync(join(tmpdir(), 'scenor-cluster-'))
try {
  const steps = [process.execPath, join(HERE, 'drill.ts'), folder, kept, NODE]
  run(join(HERE, 'namespace.sh'), steps, { ...process.env, NODE })
} finally {
  if (process.env['KEEP'] === undefined) rmSync(folder, { recursive: true, force: true })
  else say(`logs are in ${folder}`)
}
