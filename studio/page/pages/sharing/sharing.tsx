import type { Scenario } from '../../../../client/index.ts'

export function Sharing({ script }: { script: Scenario }) {
  return <section aria-label={script.title} hidden />
}
