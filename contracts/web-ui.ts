import type { Texts } from '../language.ts'

/** Ready filters of the Web UI, by search attributes that nobody has to decode. */
export const FILTERS: readonly { readonly name: Texts; readonly query: string }[] = [
  {
    name: ['generations that failed', 'неудачные генерации'],
    query: "ScenorKind = 'generation' AND ExecutionStatus = 'Failed'",
  },
  { name: ['no provider answered', 'провайдер не ответил'], query: "ScenorError = 'ai.provider_unavailable'" },
  { name: ['the provider’s quota is spent', 'квота провайдера исчерпана'], query: "ScenorError = 'ai.quota'" },
  { name: ['failed while storing', 'отказ при сохранении'], query: "ScenorStage = 'storing'" },
  { name: ['open for long', 'давно открытые'], query: "ExecutionStatus = 'Running'" },
  {
    name: ['the server reports problems', 'сервер сообщает о проблемах'],
    query: 'TemporalReportedProblems IS NOT NULL',
  },
]

/** The list of executions that a filter leaves. @param base of the Web UI @param namespace of the installation */
export const filterLink = (base: string, namespace: string, query: string): string =>
  `${base}/namespaces/${encodeURIComponent(namespace)}/workflows?query=${encodeURIComponent(query)}`
