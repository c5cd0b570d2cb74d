/** `npm run docs:retention`: writes docs/retention.md anew, from the list in retention.ts. */
import { writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { RETENTION, TABLES, inDays, type Keeping, type Rule } from '../../retention.ts'
import { SERVICES } from '../../services.ts'

export const RETENTION_PAGE = fileURLToPath(new URL('../../docs/retention.md', import.meta.url))

const period = (seconds: number) => {
  if (seconds === 0) return 'until'
  return `${inDays(seconds) > 1 ? `${inDays(seconds)} days` : `${inDays(seconds) * 24} h`} from`
}

const cells = (cell: readonly string[]) => `| ${cell.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`

const done = ({ blank, thin }: Rule) => {
  if (thin) return 'thinned: the last of each day stays'
  return blank ? `${Object.keys(blank).join(', ')} emptied` : 'removed'
}

const ruleRow = (table: string, rule: Rule) => {
  const from = `\`${rule.since}\`${rule.where === undefined ? '' : ` where \`${rule.where}\``}`
  return cells([table, `${period(rule.kept)} ${from}: ${done(rule)}`, rule.why, `\`${rule.index}\``])
}

const rowsOf = (table: string, { rules = [], with: parent, rest }: Keeping): string[] => [
  ...rules.map((rule) => ruleRow(`\`${table}\``, rule)),
  ...(parent === undefined ? [] : [cells([`\`${table}\``, `as long as its row of \`${parent}\``, '', ''])]),
  ...(rest === undefined
    ? []
    : [cells([`\`${table}\``, rules.length > 0 ? 'the others for ever' : 'for ever', rest, ''])]),
]

const HEAD = `# How long each thing is kept

Made of [retention.ts](../retention.ts) by \`npm run docs:retention\`; do not edit.

Each rule has a loop of its own in the workers of its service, each five minutes, without a pause while there is more ([purges.ts](../workers/relays/purges.ts)): a batch in a transaction, by the index that is named. Several processes take different rows; a table that is locked is left to the next time. Deleted scenarios go by the Temporal schedule \`purge-scenarios\`. What a person erases goes at once, whatever stands here.

No table is partitioned by time: the purge of each is an index scan that removes rows faster than the worst writer makes them ([bench/retention.ts](../bench/retention.ts) measures both), so that partitions would only take away unique keys. Histories on the Temporal server stay for ${inDays(RETENTION.executions)} days after their end.
`

/** The whole page. */
export const retentionPage = (): string =>
  [
    HEAD,
    ...SERVICES.map((service) =>
      [
        `## ${service}\n`,
        '| Table | How long | Why | By index |',
        '|---|---|---|---|',
        ...Object.entries(TABLES[service]).flatMap(([table, keeping]) => rowsOf(table, keeping)),
        '',
      ].join('\n'),
    ),
  ].join('\n')

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  writeFileSync(RETENTION_PAGE, retentionPage())
