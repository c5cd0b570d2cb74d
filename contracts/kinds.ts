import type { ErrorCode } from '../errors/errors.ts'
import { BULK, BULK_STAGES } from './bulk.ts'
import { ERASURE, ERASURE_STAGES } from './erasure.ts'
import { GENERATION, GENERATION_STAGES } from './generation.ts'
import { EXPORT, EXPORT_STAGES } from './person-export.ts'
import { REGISTRATION } from './registration.ts'
import { SHARING } from './sharing.ts'
import { TITLES, TITLES_STAGES } from './titles.ts'
import type { Service } from '../services.ts'

/** What all long work of one kind has in common. */
interface Kind {
  /** In whose database its rows are, and on whose queue its workflow starts. */
  readonly service: Service
  readonly workflow: string
  /**
   * Who may see it. `everyone`: its id cannot be guessed, and who waits for it has no token yet, or no longer. Only its governors
   * may change its course.
   */
  readonly visibleTo: 'owner' | 'everyone'
  /** Who may stop it or try it again where that can be done: an admin asks for some on the person's behalf. */
  readonly governedBy: 'owner' | 'owner_and_admins'
  /** Whether a person can stop it. */
  readonly cancellable: boolean
  /** The stage from which on nobody can. */
  readonly pointOfNoReturn?: string
  /** Whether a person can try it again when it failed or was stopped. */
  readonly retryable: boolean
  /** Failures that would come again the same way. */
  readonly finalErrors?: readonly ErrorCode[]
  /** `written`: what happens to it is written down as operation events; `row`: its row alone tells where it stands. */
  readonly progress: 'written' | 'row'
  /**
   * What it came to: `execution` returns it, or only the transaction that ended it knew, with all else that it wrote to the `row`'s
   * database. An execution of the second sort whose row does not know that it is through is run again.
   */
  readonly resultOf: 'execution' | 'row'
  /** The stages that its steps name, each with the progress at its beginning. */
  readonly stages: Readonly<Record<string, number>>
}

/** Every kind of operation. Its word is stored, shown, and the beginning of every id of that kind. */
export const KINDS = {
  registration: {
    service: 'auth',
    workflow: REGISTRATION,
    visibleTo: 'everyone',
    governedBy: 'owner',
    cancellable: false,
    // One that gave up has left nothing to try again.
    retryable: false,
    progress: 'row',
    resultOf: 'row',
    stages: {},
  },
  generation: {
    service: 'ai',
    workflow: GENERATION,
    visibleTo: 'owner',
    governedBy: 'owner',
    cancellable: true,
    // Written and paid for.
    pointOfNoReturn: 'storing' satisfies keyof typeof GENERATION_STAGES,
    retryable: true,
    // The scenario has moved on.
    finalErrors: ['ai.base_version_changed'],
    progress: 'written',
    resultOf: 'execution',
    stages: GENERATION_STAGES,
  },
  title: {
    service: 'ai',
    workflow: TITLES,
    visibleTo: 'owner',
    governedBy: 'owner',
    cancellable: true,
    retryable: true,
    progress: 'written',
    resultOf: 'execution',
    stages: TITLES_STAGES,
  },
  sharing: {
    service: 'scenarios',
    workflow: SHARING,
    visibleTo: 'owner',
    governedBy: 'owner',
    cancellable: false,
    retryable: false,
    progress: 'row',
    resultOf: 'row',
    stages: {},
  },
  export: {
    service: 'auth',
    workflow: EXPORT,
    visibleTo: 'owner',
    governedBy: 'owner_and_admins',
    cancellable: true,
    retryable: true,
    progress: 'row',
    resultOf: 'row',
    stages: EXPORT_STAGES,
  },
  erasure: {
    service: 'auth',
    workflow: ERASURE,
    visibleTo: 'everyone',
    governedBy: 'owner_and_admins',
    cancellable: true,
    pointOfNoReturn: 'erasing' satisfies keyof typeof ERASURE_STAGES,
    retryable: true,
    progress: 'row',
    resultOf: 'row',
    stages: ERASURE_STAGES,
  },
  bulk: {
    service: 'ai',
    workflow: BULK,
    visibleTo: 'owner',
    governedBy: 'owner_and_admins',
    cancellable: true,
    // What is left is chosen anew.
    retryable: false,
    progress: 'row',
    resultOf: 'execution',
    stages: BULK_STAGES,
  },
} as const satisfies Record<string, Kind>

export type OperationKind = keyof typeof KINDS
export const OPERATION_KINDS = Object.keys(KINDS) as [OperationKind, ...OperationKind[]]

/** The same facts of any kind, for code that asks about all of them alike. */
export const kindOf = (kind: OperationKind): Kind => KINDS[kind]

/** Whose database holds operations of a kind. */
export type ServiceOf<K extends OperationKind> = (typeof KINDS)[K]['service']
export const serviceOf = <K extends OperationKind>(kind: K): ServiceOf<K> => KINDS[kind].service

/** Whether a service's database holds operations at all. */
export const hasOperations = (service: Service): boolean =>
  Object.values(KINDS).some((kind) => kind.service === service)

/** The id of an operation, which is its workflow's too. @param id a UUID */
export const operationId = (kind: OperationKind, id: string): string => `${kind}-${id}`

/** The kind that an id tells of. @param id of the form of `OPERATION_ID` */
export const kindOfId = (id: string): OperationKind => id.slice(0, id.indexOf('-')) as OperationKind

const UUID_FORM = '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'

/** A UUID as people write it. */
export const UUID = new RegExp(`^${UUID_FORM}$`, 'i')

export const OPERATION_ID = new RegExp(`^(${OPERATION_KINDS.join('|')})-${UUID_FORM}$`)
