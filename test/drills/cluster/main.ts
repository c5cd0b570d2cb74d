/**
 * `npm run drill:cluster`: a Kubernetes control plane and a node that really runs pods, the product on it by its chart, and what an
 * operator does with it: install, upgrade under load, a migration that fails, back, scale, drain. drill.ts is what is done. Needs root;
 * about fifteen minutes, and the programs are built once by `.ci/go-tools.sh` (twenty more).
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ENGINE_FOLDER, ENGINE_SCRIPT, ROOT, run } from '../compose/engine.ts'
import { definitionFiles } from './definitions.ts'
import { cached } from './processes.ts'

const HERE = import.meta.dirname
const NODE = '172.31.48.2'
const PROGRAMS = [
  ...['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'],
  ...['kubelet', 'kube-proxy', 'kwok', 'coredns'],
]

const { env } = process
for (const script of ['install-kube-tools.sh', 'install-gateway.sh']) run([join(ROOT, '.ci', script)], { env })
run([join(ROOT, '.ci/packages.sh'), 'engine', 'node'], { env })
run([join(ROOT, '.ci/go-tools.sh'), ...PROGRAMS], { env })
// Now, while the internet can be reached.
definitionFiles()

const kept = cached('drill-node')
mkdirSync(kept, { recursive: true })
run([ENGINE_SCRIPT, 'build', ENGINE_FOLDER, join(HERE, 'images.sh'), join(kept, 'images.tar')], { env })

const folder = mkdtempSync(join(tmpdir(), 'scenor-cluster-'))
try {
  const steps = [process.execPath, join(HERE, 'drill.ts'), folder, kept, NODE]
  run([join(HERE, 'namespace.sh'), ...steps], { env: { ...env, NODE } })
} finally {
  if (env['KEEP'] === undefined) rmSync(folder, { recursive: true, force: true })
  else process.stdout.write(`logs are in ${folder}\n`)
}
