import type { Config } from '../config.ts'

/** Of an execution in the Web UI. */
export function workflowLink(config: Config, workflowId: string, runId?: string): string {
  const base = config.TEMPORAL_UI_ORIGIN ?? `http://localhost:${config.TEMPORAL_UI_PORT}`
  const path = `/namespaces/${config.TEMPORAL_NAMESPACE}/workflows/${encodeURIComponent(workflowId)}`
  return `${base}${path}${runId === undefined ? '' : `/${runId}/history`}`
}

/** Of a trace, where the installation says who shows them. */
export const traceLink = ({ TRACE_URL }: Config, traceId: string): string | undefined =>
  TRACE_URL?.replace('{trace_id}', traceId)
