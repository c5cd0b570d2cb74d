import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { selfSigned } from '../../support/certificate.ts'
import { createAsker, type Asker } from '../../support/gateway.ts'
import type { ControlPlane } from './control-plane.ts'
import type { Kubectl } from './kubectl.ts'
import { cached, type Processes } from './processes.ts'

/** Host of the HTTPRoute; the Ingress has `localhost`. */
export const ROUTED_HOST = 'routed.example.test'
/** What the chart's values call the Gateway. */
export const PARENT = { name: 'entry', namespace: 'traefik' }

/** Traefik as the cluster's way in: Ingress by HTTPS, Gateway API by HTTP. @returns who asks by HTTPS as people's clients do */
export async function startEntry(
  ...[folder, plane, admin, processes, namespace]: [string, ControlPlane, Kubectl, Processes, string]
): Promise<Asker> {
  const { key, cert } = selfSigned('localhost')
  await admin.apply([
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: PARENT.namespace } },
    {
      ...{ apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/tls', metadata: { name: 'entry', namespace } },
      stringData: { 'tls.crt': cert, 'tls.key': key },
    },
    {
      ...{ apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name: 'traefik' } },
      spec: { controller: 'traefik.io/ingress-controller' },
    },
    {
      ...{ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'GatewayClass', metadata: { name: 'traefik' } },
      spec: { controllerName: 'traefik.io/gateway-controller' },
    },
    {
      ...{ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: PARENT },
      spec: {
        gatewayClassName: 'traefik',
        listeners: [{ name: 'web', protocol: 'HTTP', port: 80, allowedRoutes: { namespaces: { from: 'All' } } }],
      },
    },
  ])
  const api = { endpoint: plane.url, token: plane.token('admin'), certAuthFilePath: join(plane.pki, 'ca.pem') }
  const config = join(folder, 'traefik')
  mkdirSync(config)
  writeFileSync(
    join(config, 'traefik.yml'),
    JSON.stringify({
      entryPoints: {
        ...{ web: { address: '127.0.0.1:80' }, websecure: { address: '127.0.0.1:443', http: { tls: {} } } },
        metrics: { address: '127.0.0.1:8082' },
      },
      ...{ ping: { entryPoint: 'metrics' }, global: { checkNewVersion: false, sendAnonymousUsage: false } },
      // Without it a way in whose copies are all gone for a moment answers 404, which nobody asks again.
      providers: {
        kubernetesIngress: { ...api, ingressClass: 'traefik', allowEmptyServices: true },
        kubernetesGateway: api,
      },
    }),
  )
  await processes.start('traefik', cached('traefik-3.7.15'), ['--configFile', join(config, 'traefik.yml')])
  return createAsker(443, () => cert)
}
