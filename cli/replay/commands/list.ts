import { FILTER_OPTIONS, filterOf, isFiltered } from '../filter.ts'
import { factsOf } from '../../../commands/standings.ts'
import { asLines, withStandings } from '../listed.ts'
import { chosenOfAi, countFailed } from '../operations.ts'
import type { Command } from '../told.ts'

/** Failed and open operations of `ai`, those that are stuck first; with --status others. */
export const list: Command = async ({ installation, values }) => {
  const filter = filterOf(values)
  const { databases } = installation
  const [failed, open] = await Promise.all([
    filter.status === 'open' ? [] : chosenOfAi(databases, { ...filter, status: filter.status ?? 'failed' }),
    filter.status === undefined || filter.status === 'open' ? chosenOfAi(databases, { ...filter, status: 'open' }) : [],
  ])
  const { operations, unknown } = await withStandings(installation, [...open, ...failed])
  const stuck = operations.filter((one) => one.standing?.stuck)
  const ordered = [...stuck, ...operations.filter((one) => !one.standing?.stuck)]
  const counts = filter.status === undefined || filter.status === 'failed' ? await countFailed(databases, filter) : []
  const all = counts.reduce((sum, { count }) => sum + count, 0)
  const said = isFiltered(values) ? ' so chosen' : ''
  return {
    json: {
      operations: ordered.map(factsOf),
      counts,
      open: open.length,
      stuck: stuck.length,
      ...(unknown && { unknown }),
    },
    lines: [
      ...asLines(ordered),
      ...(ordered.length === 0 ? [`No failed or open operations${said}.`] : ['']),
      ...counts.map(({ count, error_code, stage }) => `${String(count).padStart(5)}  ${error_code} at ${stage}`),
      ...(open.length > 0 ? [`${String(open.length).padStart(5)}  open, ${stuck.length} of them stuck`] : []),
      ...(unknown === undefined ? [] : [`Whether open ones are stuck is not known: ${unknown}`]),
      ...(all > failed.length && counts.length > 0
        ? ['', `The newest ${failed.length} of ${all} failed are listed; --limit ${all} lists all.`]
        : []),
      ...(ordered[0] ? ['', `Next: replay show ${ordered[0].row.id}`] : []),
    ],
  }
}
export const LIST_OPTIONS = FILTER_OPTIONS
