import { sql, type RawBuilder, type SqlBool } from 'kysely'
import { fold } from '../../script/fold.ts'
import type { Executor } from '../connection.ts'
import { searchable } from './content.ts'
import type { ScenariosDb } from './schema.ts'

type Db = Executor<ScenariosDb>

/** Words of a query that are mended, and words that stand for each: more would only find noise. */
const MAX_MENDED_WORDS = 8
const MAX_SUBSTITUTES = 6
/** Words like it that are looked at: some may stand in no script any more. */
const MAX_CANDIDATES = 15
/** How alike (trigrams, 0..1) a word must be to stand for another: «чайнки» is 0.4 from «чайник». */
const ALIKE = 0.3

/**
 * A query as the parser takes it. A run of `-` is one: each would be a negation of the next, and the stack of the parser is small.
 * @see searchable for the brackets
 */
const queryOf = (q: string): string => searchable(q).replace(/-(?:[\s-]*-)+/g, '-')

/** Whether a query says how it is to be understood: what it excludes or wants word for word is then not guessed at. */
export const isExact = (q: string): boolean => /"|(?:^|\s)-\S/.test(q)

/**
 * Scenarios that hold the words of a query in any of their forms. The configuration `russian` stems Russian words by Russian
 * and Latin ones by English rules, so one column serves both. Quotes, `or` and `-word` mean what they do in search engines.
 */
export const byWords = (q: string): RawBuilder<SqlBool> =>
  sql<SqlBool>`search @@ websearch_to_tsquery('russian', ${queryOf(q)})`

/** Whether a query is more than stop-words and punctuation: those find nothing by words. */
export async function hasSearchableWords(db: Db, q: string): Promise<boolean> {
  const { rows } = await sql<{ nodes: number }>`
    select numnode(websearch_to_tsquery('russian', ${queryOf(q)})) as nodes`.execute(db)
  return (rows[0]?.nodes ?? 0) > 0
}

/** Scenarios whose title holds the query as it is written: for queries of stop-words only. */
export const byTitlePart = (q: string): RawBuilder<SqlBool> =>
  sql<SqlBool>`folded_title like ${`%${fold(q).replace(/[\\%_]/g, '\\$&')}%`}`

/**
 * A word with each two neighbours changed over: the commonest slip, and one that trigrams hardly see. Of short words nothing is left
 * to know them by.
 */
const swapped = (word: string): string[] => {
  const letters = [...word]
  if (letters.length < 5) return []
  return letters
    .slice(1)
    .map((letter, i) => [...letters.slice(0, i), letter, letters[i], ...letters.slice(i + 2)].join(''))
}

/** Which of these words, in any form, stand in scripts of these owners. */
async function heldWords(db: Db, words: readonly string[], owners: readonly string[]): Promise<Set<string>> {
  if (words.length === 0) return new Set()
  const { rows } = await sql<{ word: string }>`
    select w.word from unnest(${words}::text[]) as w (word)
    where exists (
      select from scenarios
      where owner_id = any(${owners}::uuid[]) and deleted_at is null and search @@ to_tsquery('russian', w.word)
    )`.execute(db)
  return new Set(rows.map((row) => row.word))
}

/**
 * The same as `byWords` with each word replaced by the words like it that stand in the scripts of these owners, or by itself with
 * two letters changed over: finds what a query with typos means. Undefined when a word has nothing like it.
 * @param owners whose scripts are searched; words of others are never looked at
 */
export async function byLikeWords(
  db: Db,
  q: string,
  owners: readonly string[],
): Promise<RawBuilder<SqlBool> | undefined> {
  const words = [...new Set(fold(q).match(/[\p{L}\p{N}]{3,40}/gu))].slice(0, MAX_MENDED_WORDS)
  if (words.length === 0 || owners.length === 0) return undefined
  const { rows } = await sql<{ meant: string; word: string }>`
    select wanted.word as meant, alike.word
    from unnest(${words}::text[]) as wanted (word)
    cross join lateral (
      select w.word, max(similarity(w.word, wanted.word)) as how_much from search_words w
      where w.owner_id = any(${owners}::uuid[]) and w.word % wanted.word and similarity(w.word, wanted.word) >= ${ALIKE}::real
      group by w.word order by how_much desc, w.word limit ${MAX_CANDIDATES}
    ) alike`.execute(db)
  const found = Map.groupBy(rows, (row) => row.meant)
  const options = words.map((word) => ({
    alike: (found.get(word) ?? []).map((row) => row.word),
    swapped: swapped(word),
  }))
  // Words that nobody has would be counted as rare ones by the planner, which then reads all scenarios in their order to find twenty.
  const held = await heldWords(db, [...new Set(options.flatMap((o) => [...o.alike, ...o.swapped]))], owners)
  const there = (list: readonly string[]) => list.filter((word) => held.has(word))
  const meant = options.map((o) => [...there(o.alike).slice(0, MAX_SUBSTITUTES), ...there(o.swapped)])
  if (meant.some((alike) => alike.length === 0)) return undefined
  // Only letters and digits are in these words: they cannot be operators.
  const query = meant.map((alike) => `(${alike.join(' | ')})`).join(' & ')
  return sql<SqlBool>`search @@ to_tsquery('russian', ${query})`
}

/** Owners of the scenarios that are shared with a person. */
export async function sharingOwners(db: Db, personId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('shares')
    .innerJoin('scenarios', 'scenarios.id', 'shares.scenario_id')
    .select('scenarios.owner_id')
    .distinct()
    .where('shares.user_id', '=', personId)
    .where('shares.status', '=', 'active')
    .where('scenarios.deleted_at', 'is', null)
    .limit(1_000)
    .execute()
  return rows.map((row) => row.owner_id)
}
