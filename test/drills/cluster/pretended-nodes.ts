import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ControlPlane } from './control-plane.ts'
import type { Kubectl } from './kubectl.ts'
import { cached, type Processes } from './processes.ts'

/** Two nodes that KWOK pretends: the scheduler, the controllers and the API are real, no container runs there. */
export async function startPretendedNodes(
  ...[folder, plane, admin, processes]: [string, ControlPlane, Kubectl, Processes]
): Promise<void> {
  const stages = join(folder, 'stages.yaml')
  const folders = ['node/fast', 'node/heartbeat-with-lease', 'pod/fast'].map((path) =>
    cached(join('kwok-stages-0.8.0', path)),
  )
  const documents = folders.flatMap((path) =>
    readdirSync(path)
      .filter((name) => /^(?!kustomization).*\.yaml$/.test(name))
      .map((name) => readFileSync(join(path, name), 'utf8')),
  )
  writeFileSync(stages, documents.join('\n---\n'))
  await processes.start('kwok', cached('kwok-0.8.0'), [
    ...['--kubeconfig', plane.kubeconfig('admin'), '--config', stages, '--server-address', '127.0.0.1:10247'],
    // By leases, as a kubelet does: a node that is not heard of takes its pods' readiness with it.
    ...[
      '--node-lease-duration-seconds',
      '40',
      '--manage-all-nodes=false',
      '--manage-nodes-with-annotation-selector',
      'kwok.x-k8s.io/node=fake',
    ],
  ])
  const size = { cpu: '8', memory: '16Gi', pods: '110' }
  await admin.apply(
    ['fake-1', 'fake-2'].map((name) => ({
      ...{ apiVersion: 'v1', kind: 'Node' },
      metadata: {
        ...{ name, annotations: { 'kwok.x-k8s.io/node': 'fake' } },
        labels: { kind: 'fake', 'kubernetes.io/hostname': name, 'topology.kubernetes.io/zone': name },
      },
      spec: { taints: [{ key: 'kind', value: 'fake', effect: 'NoSchedule' }] },
      status: { allocatable: size, capacity: size },
    })),
  )
  await admin.kube('wait', 'node', '-l', 'kind=fake', '--for=condition=Ready', '--timeout=60s')
}
