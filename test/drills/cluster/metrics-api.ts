import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { join } from 'node:path'
import type { ControlPlane } from './control-plane.ts'
import type { Kubectl } from './kubectl.ts'

const PORT = 8443
/** The metric of ours that the chart scales the API by. */
const IN_FLIGHT = 'scenor_http_in_flight'

interface Pod {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly labels: Record<string, string> }
  readonly spec: { readonly nodeName?: string; readonly containers: readonly { readonly name: string }[] }
  readonly status: { readonly phase: string; readonly podIP?: string }
}

export interface MetricsApi extends AsyncDisposable {
  /** What each container says to use of the processor, in thousandths of a core. */
  cpu: number
}

/**
 * What a metrics server and an adapter of Prometheus are to a cluster. Use of the processor is told it by the drill; requests in flight are
 * read from the pods themselves, from the port that Prometheus reads.
 */
export async function startMetricsApi(plane: ControlPlane, admin: Kubectl): Promise<MetricsApi> {
  const pods = async (namespace: string, selector: string) =>
    (await admin.get<{ items: Pod[] }>('pods', '-n', namespace, '-l', selector)).items.filter(
      ({ status }) => status.phase === 'Running',
    )
  const own = { cpu: 10 }
  const server = createServer(
    {
      key: readFileSync(join(plane.pki, 'kube-apiserver.key')),
      cert: readFileSync(join(plane.pki, 'kube-apiserver.pem')),
    },
    (request, response) => {
      const url = new URL(request.url ?? '', 'https://metrics')
      const answer = (body: object, status = 200) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
      const timestamp = new Date().toISOString()
      const resources = (groupVersion: string, name: string, kind: string) => ({
        ...{ kind: 'APIResourceList', apiVersion: 'v1', groupVersion },
        resources: [{ name, singularName: '', namespaced: true, kind, verbs: ['get', 'list'] }],
      })
      const answerFor = async () => {
        const { pathname, searchParams } = url
        const [, , group, version, , namespace, , , metric] = pathname.split('/')
        const groupVersion = `${group}/${version}`
        if (namespace === undefined)
          return group === 'metrics.k8s.io'
            ? resources(groupVersion, 'pods', 'PodMetrics')
            : resources(groupVersion, `pods/${IN_FLIGHT}`, 'MetricValueList')
        const found = await pods(namespace, searchParams.get('labelSelector') ?? '')
        if (group === 'metrics.k8s.io')
          return {
            ...{ kind: 'PodMetricsList', apiVersion: groupVersion, metadata: {} },
            items: found.map(({ metadata, spec }) => ({
              ...{ metadata, timestamp, window: '10s' },
              containers: spec.containers.map(({ name }) => ({
                name,
                usage: { cpu: `${own.cpu}m`, memory: '50Mi' },
              })),
            })),
          }
        const items = []
        for (const { metadata, status } of found) {
          const page = await fetch(`http://${status.podIP}:9464/metrics`).then((one) => one.text())
          const value = new RegExp(`^${metric}(?:{[^}]*})? (\\S+)$`, 'm').exec(page)?.[1] ?? '0'
          const describedObject = { kind: 'Pod', namespace, name: metadata.name, apiVersion: '/v1' }
          items.push({ describedObject, metric: { name: metric }, timestamp, value })
        }
        return { kind: 'MetricValueList', apiVersion: groupVersion, metadata: {}, items }
      }
      answerFor().then(answer, (error: unknown) => answer({ message: String(error) }, 503))
    },
  )
  await new Promise<void>((listening) => void server.listen(PORT, '127.0.0.1', listening))
  // A name outside the cluster, so that the API server asks this process. It is the node's loopback that `localhost` means.
  await admin.apply([
    {
      ...{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'metrics', namespace: 'kube-system' } },
      spec: { type: 'ExternalName', externalName: 'localhost', ports: [{ port: PORT }] },
    },
    ...[
      ['metrics.k8s.io', 'v1beta1'],
      ['custom.metrics.k8s.io', 'v1beta2'],
    ].map(([group, version]) => ({
      ...{ apiVersion: 'apiregistration.k8s.io/v1', kind: 'APIService', metadata: { name: `${version}.${group}` } },
      spec: {
        ...{ group, version, groupPriorityMinimum: 100, versionPriority: 100, insecureSkipTLSVerify: true },
        service: { name: 'metrics', namespace: 'kube-system', port: PORT },
      },
    })),
  ])
  return Object.assign(own, {
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((closed) => void server.close(closed))
    },
  })
}
