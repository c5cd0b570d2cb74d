import { OPERATION_ID } from '../../contracts/kinds.ts'
import type { Databases } from '../../db/databases.ts'
import { chosenOperations, countOperations, namedOperations, type Listed } from '../../db/listed-operations.ts'
import { findOperation } from '../../db/operations/operations.ts'
import type { OperationRow } from '../../db/operations/schema.ts'
import type { OperationFilter } from './filter.ts'
import { ReplayError } from './replay-error.ts'

/** Of `ai` alone: those that the other commands can do something for. */
const choiceOf = ({ sinceS, limit: _, ...choice }: OperationFilter) => ({
  ...choice,
  since: new Date(Date.now() - sinceS * 1000),
})

/** Operations of `ai`, newest first, as many as the limit allows. */
export const chosenOfAi = (databases: Databases, filter: OperationFilter): Promise<Listed[]> =>
  chosenOperations(databases, choiceOf(filter), { limit: filter.limit, services: ['ai'] })

/** How many failed with which code at which stage, the most first. The limit does not count. */
export const countFailed = async (databases: Databases, filter: OperationFilter) =>
  (await countOperations(databases, { ...choiceOf(filter), status: 'failed' }, ['ai'])).map(
    ({ count, error_code, stage }) => ({ count, error_code, stage }),
  )

/** The whole id of the operation that is meant by it or its beginning. @throws ReplayError */
export async function requireListed(databases: Databases, word: string): Promise<Listed> {
  const [one, another] = await namedOperations(databases, word, 2)
  if (!one) throw new ReplayError(`There is no operation ${word} here. "replay list" shows failed and open ones.`)
  if (another && one.row.id !== word)
    throw new ReplayError(`${word} is more than one operation: "replay find ${word}" shows them.`)
  return one
}

/** Of `ai`. @throws ReplayError */
export async function requireOperation(databases: Databases, word: string): Promise<OperationRow> {
  const whole = OPERATION_ID.test(word) ? await findOperation(databases.ai, word) : undefined
  if (whole) return whole
  const { row, service } = await requireListed(databases, word)
  if (service !== 'ai')
    throw new ReplayError(`${row.id} is an operation of ${service}: this is done with those of ai alone.`)
  return row
}
