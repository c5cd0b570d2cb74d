import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { until } from '../../support/until.ts'
import { cached, type Processes } from './processes.ts'

const ROOT = resolve(import.meta.dirname, '../../..')
const SERVICE_NETWORK = '10.96.0.0/16'
const API_IN_NETWORK = '10.96.0.1'
const API_PORT = 6443

/** Who may speak to the API, with the rights that Kubernetes itself gives to such a name. */
const IDENTITIES = {
  admin: { user: 'admin', groups: 'system:masters' },
  controllers: { user: 'system:kube-controller-manager', groups: '' },
  scheduler: { user: 'system:kube-scheduler', groups: '' },
  kubelet: { user: 'system:node:node-1', groups: 'system:nodes' },
  proxy: { user: 'system:kube-proxy', groups: '' },
  /** Who installs the product: bound to the role `admin` of its namespace, as people are. */
  deployer: { user: 'deployer', groups: '' },
} as const
type Identity = keyof typeof IDENTITIES

export interface ControlPlane {
  readonly url: string
  /** Folder of ca.pem, kube-apiserver.pem and .key. */
  readonly pki: string
  /** Path of a file by which programs speak to the API as this one. */
  kubeconfig(identity: Identity): string
  token(identity: Identity): string
}

/** etcd, kube-apiserver, kube-controller-manager and kube-scheduler as released. @param node address that pods reach the API by */
export async function startControlPlane(folder: string, node: string, processes: Processes): Promise<ControlPlane> {
  const pki = join(folder, 'pki')
  const names = `kube-apiserver,localhost,127.0.0.1,${node},${API_IN_NETWORK},kubernetes,kubernetes.default.svc`
  execFileSync(join(ROOT, 'deploy/ca.sh'), [pki, names])
  const [ca, cert, key] = ['ca.pem', 'kube-apiserver.pem', 'kube-apiserver.key'].map((name) => join(pki, name))
  const token = (identity: Identity) => `token-of-${identity}`
  const url = `https://127.0.0.1:${API_PORT}`
  writeFileSync(
    join(pki, 'tokens.csv'),
    Object.entries(IDENTITIES)
      .map(([identity, { user, groups }]) => `${token(identity as Identity)},${user},${user},"${groups}"\n`)
      .join(''),
  )
  const configs = join(folder, 'kubeconfigs')
  mkdirSync(configs)
  const kubeconfig = (identity: Identity) => join(configs, identity)
  for (const identity of Object.keys(IDENTITIES) as Identity[])
    // JSON is YAML.
    writeFileSync(
      kubeconfig(identity),
      JSON.stringify({
        ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'drill' },
        clusters: [{ name: 'drill', cluster: { server: url, 'certificate-authority': ca } }],
        users: [{ name: identity, user: { token: token(identity) } }],
        contexts: [{ name: 'drill', context: { cluster: 'drill', user: identity } }],
      }),
    )

  const etcd = ['http://127.0.0.1:2379', 'http://127.0.0.1:2380'] as const
  await processes.start('etcd', cached('etcd-3.7.3'), [
    ...['--data-dir', join(folder, 'etcd'), '--listen-client-urls', etcd[0], '--advertise-client-urls', etcd[0]],
    ...['--listen-peer-urls', etcd[1], '--unsafe-no-fsync'],
  ])
  const kubernetes = (program: string) => cached(`${program}-1.37.2`)
  const accounts = ['--service-account-key-file', String(cert), '--service-account-signing-key-file', String(key)]
  await processes.start('kube-apiserver', kubernetes('kube-apiserver'), [
    ...['--etcd-servers', etcd[0], '--bind-address', '0.0.0.0', '--advertise-address', node],
    ...['--secure-port', String(API_PORT), '--service-cluster-ip-range', SERVICE_NETWORK],
    ...['--tls-cert-file', cert, '--tls-private-key-file', key, '--client-ca-file', ca].map(String),
    ...['--token-auth-file', join(pki, 'tokens.csv'), '--authorization-mode', 'Node,RBAC'],
    ...['--kubelet-preferred-address-types', 'InternalIP', '--kubelet-client-certificate', String(cert)],
    ...['--kubelet-client-key', String(key), '--service-account-issuer', 'https://kubernetes.default.svc', ...accounts],
    // Servers of more APIs, as of metrics, ask who is asking.
    ...['--proxy-client-cert-file', cert, '--proxy-client-key-file', key].map(String),
    ...['--requestheader-client-ca-file', String(ca), '--requestheader-allowed-names', 'kube-apiserver'],
    ...['--requestheader-username-headers', 'X-Remote-User', '--requestheader-group-headers', 'X-Remote-Group'],
    ...['--requestheader-extra-headers-prefix', 'X-Remote-Extra-'],
  ])
  // Node's own fetch does not know this authority.
  const isReady = () => {
    try {
      const asks = ['-sf', '-m', '2', '--cacert', String(ca), '-H', `Authorization: Bearer ${token('admin')}`]
      return execFileSync('curl', [...asks, `${url}/readyz`], { encoding: 'utf8' }) === 'ok'
    } catch {
      return false
    }
  }
  await until(() => (processes.check(), isReady()))
  const loopback = (port: number) => ['--bind-address', '127.0.0.1', '--secure-port', String(port)]
  await processes.start('kube-controller-manager', kubernetes('kube-controller-manager'), [
    ...['--kubeconfig', kubeconfig('controllers'), '--service-account-private-key-file', String(key)],
    ...['--root-ca-file', String(ca), '--leader-elect=false', '--use-service-account-credentials', ...loopback(10_257)],
    // Not to wait for: a quarter of a minute is its default.
    ...['--horizontal-pod-autoscaler-sync-period', '3s', '--cert-dir', join(folder, 'controllers')],
  ])
  await processes.start('kube-scheduler', kubernetes('kube-scheduler'), [
    ...['--kubeconfig', kubeconfig('scheduler'), '--leader-elect=false', ...loopback(10_259)],
    ...['--cert-dir', join(folder, 'scheduler')],
  ])
  return { url, pki, kubeconfig, token }
}
