import { defineSearchAttributeKey } from '@temporalio/common'

/**
 * The typed search attributes of every workflow, registered from this one list for the dev server, the tests and production.
 * They are never encrypted, so they hold opaque words only: no personal data.
 */
export const SEARCH_ATTRIBUTES = {
  /** Kind of the operation: registration, generation … */
  ScenorKind: 'Keyword',
  /** Opaque id of the person whose work this is. */
  ScenorOwner: 'Keyword',
  /** The model provider that is asked first. */
  ScenorProvider: 'Keyword',
  /** Of a generation that failed: at which stage. */
  ScenorStage: 'Keyword',
  /** Of a generation that failed: the code that its operation carries. */
  ScenorError: 'Keyword',
} as const satisfies Record<string, 'Keyword' | 'Int' | 'Double' | 'Bool' | 'Datetime' | 'KeywordList'>

/** A pair for the start of a workflow or an upsert in it. */
export const searchAttribute = (name: keyof typeof SEARCH_ATTRIBUTES, value: string) => ({
  key: defineSearchAttributeKey(name, 'KEYWORD'),
  value,
})
