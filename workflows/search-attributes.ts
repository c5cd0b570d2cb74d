/**
 * The typed search attributes of every workflow, registered from this one list for the dev server, the tests and production.
 * They are never encrypted, so they hold opaque words only: no personal data.
 */
export const SEARCH_ATTRIBUTES = {
  /** Kind of the operation: registration, generation … */
  ScenorKind: 'Keyword',
  /** Opaque id of the person whose work this is. */
  ScenorOwner: 'Keyword',
} as const satisfies Record<string, 'Keyword' | 'Int' | 'Double' | 'Bool' | 'Datetime' | 'KeywordList'>
