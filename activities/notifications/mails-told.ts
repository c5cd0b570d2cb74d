import type { NotificationRow } from '../../db/notifications/schema.ts'
import type { InternalClient } from '../../internal/client.ts'
import type { Told } from '../../notifications/texts/notification-mail.ts'
import type { NotificationTopic } from '../../notifications/topics.ts'

/** What is of no use to a reader who cannot open the script any more. */
const ABOUT_SCRIPTS: readonly NotificationTopic[] = ['share', 'comment']

/**
 * Asks what a mail says of scripts and people, at the moment of sending: neither stands in an event or a history, and what was taken back
 * meanwhile is not told.
 * @returns what each is to say; those whose script the reader may not read any more are in `gone`
 */
export async function askToTell(
  internal: InternalClient,
  rows: readonly NotificationRow[],
): Promise<{ told: Told[]; gone: NotificationRow[] }> {
  const scripts = new Map<string, Awaited<ReturnType<InternalClient['scriptFor']>>>()
  const names = new Map<string, string | undefined>()
  const once = async <K, V>(known: Map<K, V>, key: K, ask: () => Promise<V>): Promise<V> => {
    if (!known.has(key)) known.set(key, await ask())
    return known.get(key) as V
  }
  const told: Told[] = []
  const gone: NotificationRow[] = []
  for (const row of rows) {
    const scenario = row.params['scenario_id']
    if (row.kind === 'custom' || typeof scenario !== 'string' || !ABOUT_SCRIPTS.includes(row.topic)) {
      told.push({ row })
      continue
    }
    const script = await once(scripts, scenario, () => internal.scriptFor(row.user_id, scenario))
    if (!script) {
      gone.push(row)
      continue
    }
    const name = await once(names, script.owner_id, async () => {
      const owner = await internal.person(script.owner_id)
      return owner && (owner.full_name ?? owner.username)
    })
    told.push({ row, script: { title: script.title, ...(name !== undefined && { owner: name }) } })
  }
  return { told, gone }
}
