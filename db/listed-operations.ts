import { sql } from 'kysely'
import { kindOfId, serviceOf } from '../contracts/kinds.ts'
import { SERVICES, type Service } from '../services.ts'
import type { Databases } from './databases.ts'
import {
  chosen,
  countChosen,
  named,
  readListed,
  type Before,
  type Choice,
  type Counted,
  type ListedRow,
} from './operations/chosen.ts'

export interface Listed extends ListedRow {
  readonly service: Service
}

const newestFirst = (a: Listed, b: Listed): number =>
  b.row.created_at.getTime() - a.row.created_at.getTime() || (a.row.id < b.row.id ? 1 : -1)

/** Services that may hold some of them: what asks for a call's provider asks those that call. */
const holders = ({ kind, provider }: Pick<Choice, 'kind' | 'provider'>): readonly Service[] =>
  kind !== undefined ? [serviceOf(kind)] : provider !== undefined ? ['ai'] : SERVICES

/** Each service is asked for its own; a page of each holds the page of all. */
async function ofEach(
  databases: Databases,
  services: readonly Service[],
  condition: ReturnType<typeof named>,
  { limit, before }: { limit: number; before?: Before | undefined },
): Promise<Listed[]> {
  const pages = await Promise.all(
    services.map(async (service) => {
      const rows = await readListed(databases[service], condition, { makesCalls: service === 'ai', limit, before })
      return rows.map((row): Listed => ({ ...row, service }))
    }),
  )
  return pages.flat().toSorted(newestFirst).slice(0, limit)
}

/** One, by its whole id. */
export async function findListed(databases: Databases, id: string): Promise<Listed | undefined> {
  const service = serviceOf(kindOfId(id))
  const [found] = await ofEach(databases, [service], sql<boolean>`o.id = ${id}`, { limit: 1 })
  return found
}

/** Operations of any service that are called so: by their id or its beginning, request, trace, person or scenario. Newest first. */
export const namedOperations = (databases: Databases, word: string, limit: number): Promise<Listed[]> =>
  ofEach(databases, SERVICES, named(word), { limit })

/** Operations of all services that may hold some so chosen, newest first. */
export const chosenOperations = (
  databases: Databases,
  choice: Choice,
  {
    services = holders(choice),
    ...page
  }: { limit: number; before?: Before | undefined; services?: readonly Service[] },
): Promise<Listed[]> => ofEach(databases, services, chosen(choice), page)

/** How many of them stand how, over all services. */
export const countOperations = async (
  databases: Databases,
  choice: Choice,
  services: readonly Service[] = holders(choice),
): Promise<Counted[]> =>
  (await Promise.all(services.map((service) => countChosen(databases[service], choice))))
    .flat()
    .toSorted((a, b) => b.count - a.count)
