import type { Kysely } from 'kysely'
import { v7 as uuidv7 } from 'uuid'
import { insertScenario, storeNextVersion } from '../../db/scenarios/scenarios.ts'
import { findVersion } from '../../db/scenarios/versions.ts'
import type { ScenarioContent, ScenariosDb } from '../../db/scenarios/schema.ts'
import { textToScenes } from '../../script/content.ts'
import { clampText } from '../../script/clean.ts'
import { DEFAULT_DURATION_S } from '../../script/facts.ts'
import { distinctTags } from '../../script/fold.ts'
import { detectLanguage } from '../../script/language.ts'
import { MAX_SPOKEN, STATUSES, type ScenarioStatus } from '../../script/script.ts'
import type { Monolith, OldScenario } from './format.ts'
import { idOf } from './ids.ts'
import type { Report } from './report.ts'

export interface Target {
  readonly db: Kysely<ScenariosDb>
  readonly source: string
  readonly write: boolean
  readonly report: Report
  readonly people: ReadonlyMap<number, string>
}

const text = (value: string | null | undefined): string =>
  (value ?? '').normalize('NFC').toWellFormed().replaceAll('\0', '').trim()

/** An old row as a content: the text as one scene, a row for each paragraph. */
function contentOf(old: OldScenario, tags: readonly string[], report: Report): ScenarioContent {
  const title = clampText(text(old.title).replace(/\s+/g, ' '), 200)
  const whole = text(old.content)
  if (whole.length > MAX_SPOKEN) report.note('scenarios', old.id, `was cut to ${MAX_SPOKEN} characters`)
  const body = clampText(whole, MAX_SPOKEN)
  const language = detectLanguage(`${title} ${body}`)
  const status = STATUSES.find((s) => s === old.status)
  if (!status) report.note('scenarios', old.id, 'the status is unknown and became draft')
  return {
    title: title || (language === 'ru' ? 'Без названия' : 'Untitled'),
    description: clampText(text(old.description), 500) || null,
    status: status ?? ('draft' satisfies ScenarioStatus),
    tags: distinctTags(tags.map((tag) => clampText(text(tag), 50)).filter(Boolean)),
    language,
    platform: 'other',
    kind: 'other',
    tone: [],
    audience: '',
    target_duration_s: DEFAULT_DURATION_S,
    hook: '',
    cta: '',
    disclosure: null,
    scenes: textToScenes(body, language, [], uuidv7),
  }
}

/**
 * Scenarios with their tags. One that came before and was changed in the monolith since gets a new version, unless somebody has
 * edited it here: then what is here stays.
 * @returns new ids by old ones
 */
export async function importScenarios(
  { scenarios, tags, scenario_tags }: Monolith,
  target: Target,
): Promise<Map<number, string>> {
  const { people, source, report } = target
  const names = new Map(tags.map((tag) => [tag.id, tag.name]))
  const tagsOf = Map.groupBy(scenario_tags, (link) => link.scenario_id)
  const ids = new Map<number, string>()
  for (const old of scenarios) {
    const owner = people.get(old.user_id)
    if (!owner) {
      report.skip('scenarios', old.id, 'its owner was not taken over')
      continue
    }
    const id = idOf(source, 'scenarios', old.id, old.created_at)
    ids.set(old.id, id)
    const own = (tagsOf.get(old.id) ?? []).flatMap((link) => names.get(link.tag_id) ?? [])
    await importScenario(old, id, owner, own, target)
  }
  return ids
}

/** How versions that an import wrote are told from those of people here. */
const IMPORTED = 'import:'

async function isImported(db: Kysely<ScenariosDb>, scenarioId: string, n: number): Promise<boolean> {
  return (await findVersion(db, scenarioId, n))?.operation_id?.startsWith(IMPORTED) ?? false
}

async function importScenario(
  old: OldScenario,
  id: string,
  owner: string,
  tags: readonly string[],
  target: Target,
): Promise<void> {
  const { db, write, report } = target
  const there = await db.selectFrom('scenarios').selectAll().where('id', '=', id).executeTakeFirst()
  const unchanged = there?.updated_at.getTime() === old.updated_at.getTime()
  const edited = there && !unchanged && !(await isImported(target.db, id, there.version))
  if (edited) report.note('scenarios', old.id, 'was edited here since: left as it is')
  if (there && (unchanged || edited)) return report.count('scenarios', 'there')
  const content = contentOf(old, tags, report)
  report.count('scenarios', there ? 'changed' : 'new')
  if (!write) return
  const version = {
    author_id: owner,
    origin: 'human' as const,
    message: null,
    operation_id: `${IMPORTED}${id}:${old.updated_at.getTime()}`,
  }
  await db.transaction().execute(async (trx) => {
    const facts = { id, owner_id: owner, source: 'human' as const, is_demo: false, template_id: null }
    const row = there
      ? await storeNextVersion(trx, there, content, version)
      : await insertScenario(trx, facts, content, version)
    if (!row) return
    const moments = { created_at: old.created_at, updated_at: old.updated_at }
    await trx.updateTable('scenarios').set(moments).where('id', '=', id).execute()
    await trx
      .updateTable('scenario_versions')
      .set({ created_at: old.updated_at })
      .where('scenario_id', '=', id)
      .where('n', '=', row.version)
      .execute()
  })
}
