import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { until } from '../../support/until.ts'
import type { ControlPlane } from './control-plane.ts'
import { cached, type Processes } from './processes.ts'

const POD_NETWORK = '10.244.77.0/24'

export interface Node {
  /** Of containerd, whose images of Kubernetes are in the namespace `k8s.io`. */
  ctr(...args: string[]): string
}

/**
 * A node that really runs pods: Debian's containerd and runc, a bridge by the CNI plugins, kubelet, kube-proxy and CoreDNS.
 * @param images folder that containerd keeps its images in from run to run
 * @param address of the node; the name server of the cluster answers there too
 */
export async function startNode(
  ...[folder, images, address, plane, processes]: [string, string, string, ControlPlane, Processes]
): Promise<Node> {
  const socket = '/run/containerd.sock'
  const network = join(folder, 'cni')
  mkdirSync(network)
  const toml = join(folder, 'containerd.toml')
  writeFileSync(
    toml,
    `version = 2
root = "${images}"
state = "/run/containerd"
[grpc]
  address = "${socket}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "registry.k8s.io/pause:3.10"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${network}"
`,
  )
  const ranges = [[{ subnet: POD_NETWORK }]]
  writeFileSync(
    join(network, '10-bridge.conflist'),
    JSON.stringify({
      ...{ cniVersion: '0.4.0', name: 'pods' },
      plugins: [
        {
          ...{ type: 'bridge', bridge: 'pods', isGateway: true, ipMasq: true, hairpinMode: true },
          ipam: { type: 'host-local', ranges, routes: [{ dst: '0.0.0.0/0' }] },
        },
        { type: 'portmap', capabilities: { portMappings: true } },
        { type: 'firewall' },
      ],
    }),
  )
  await processes.start('containerd', '/usr/bin/containerd', ['-c', toml])
  const ctr = (...args: string[]) =>
    execFileSync('ctr', ['-a', socket, '-n', 'k8s.io', ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  await until(() => {
    processes.check()
    try {
      return ctr('version')
    } catch {
      return undefined
    }
  })
  // Of a run before, whose end was cut off.
  for (const kind of ['tasks', 'containers'] as const)
    for (const id of ctr(kind, 'ls', '-q').split('\n').filter(Boolean))
      ctr(kind, 'rm', ...(kind === 'tasks' ? ['-f'] : []), id)

  const kubelet = join(folder, 'kubelet.json')
  writeFileSync(
    kubelet,
    JSON.stringify({
      ...{ apiVersion: 'kubelet.config.k8s.io/v1beta1', kind: 'KubeletConfiguration' },
      ...{ containerRuntimeEndpoint: `unix://${socket}`, cgroupDriver: 'cgroupfs', failCgroupV1: false },
      ...{ failSwapOn: false, address, readOnlyPort: 0, enforceNodeAllocatable: [], imageGCHighThresholdPercent: 100 },
      authentication: {
        ...{ anonymous: { enabled: false }, webhook: { enabled: true } },
        x509: { clientCAFile: join(plane.pki, 'ca.pem') },
      },
      ...{ authorization: { mode: 'Webhook' }, clusterDNS: [address], clusterDomain: 'cluster.local' },
      ...{ evictionHard: { 'memory.available': '100Mi' }, podLogsDir: '/var/log/pods' },
    }),
  )
  const corefile = join(folder, 'Corefile')
  writeFileSync(
    corefile,
    `.:53 {
  bind ${address}
  errors
  kubernetes cluster.local {
    kubeconfig ${plane.kubeconfig('admin')}
  }
  cache 5
}
`,
  )
  await processes.start('coredns', cached('coredns-1.15.0'), ['-conf', corefile])
  rmSync('/var/lib/kubelet', { recursive: true, force: true })
  await processes.start('kubelet', cached('kubelet-1.37.2'), [
    ...['--config', kubelet, '--kubeconfig', plane.kubeconfig('kubelet'), '--hostname-override', 'node-1'],
    ...['--node-ip', address, '--root-dir', '/var/lib/kubelet', '--cert-dir', join(folder, 'kubelet')],
    ...['--node-labels', 'kind=real'],
  ])
  await processes.start('kube-proxy', cached('kube-proxy-1.37.2'), [
    ...['--kubeconfig', plane.kubeconfig('proxy'), '--proxy-mode', 'nftables', '--hostname-override', 'node-1'],
    ...['--cluster-cidr', POD_NETWORK, '--conntrack-max-per-core', '0', '--healthz-bind-address', '127.0.0.1:10256'],
    ...['--conntrack-tcp-timeout-established', '0', '--conntrack-tcp-timeout-close-wait', '0'],
  ])
  return { ctr }
}
