import { rowsOf, same, type Row, type Scene, type Scenes, type Script } from './script.ts'

export type Side = 'mine' | 'theirs'
/** Which side is taken where both have changed the same; mine where nobody has chosen. */
export type Choices = ReadonlyMap<string, Side>

/** What both have changed, each in another way; null: taken out. */
export interface Conflict {
  /** Of the row, of the scene, or the name of the field. */
  readonly id: string
  readonly of: 'row' | 'scene' | 'field'
  readonly mine: unknown
  readonly theirs: unknown
}
export interface Merged {
  readonly script: Script
  readonly conflicts: readonly Conflict[]
  /** How many of their changes came in by themselves. */
  readonly taken: number
}

const FIELDS = [
  ...(['title', 'description', 'status', 'tags', 'language', 'platform', 'kind', 'tone'] as const),
  ...(['audience', 'target_duration_s', 'hook', 'cta', 'disclosure'] as const),
]

type Head = Omit<Scene, 'rows' | 'id'>
const headOf = ({ heading, beat, locked, written_from }: Scene): Head => ({
  ...{ heading, beat, locked },
  ...(written_from !== undefined && { written_from }),
})
const byId = <T extends { readonly id: string }>(list: readonly T[]) => new Map(list.map((item) => [item.id, item]))

/**
 * What two people made of one version, by row: what one of them changed is taken from that one, what both did is a conflict. Order and
 * places are theirs unless I have moved something.
 */
export function merge(base: Script, mine: Script, theirs: Script, choices: Choices = new Map()): Merged {
  const conflicts: Conflict[] = []
  let taken = 0
  /** One value of three; undefined: not there. */
  const decide = <T>(id: string, of: Conflict['of'], was: T, my: T, their: T): T => {
    if (same(my, their) || same(was, their)) return my
    if (same(was, my)) {
      taken += 1
      return their
    }
    conflicts.push({ id, of, mine: my ?? null, theirs: their ?? null })
    return choices.get(id) === 'theirs' ? their : my
  }

  const fields = Object.fromEntries(
    FIELDS.map((name) => [name, decide<unknown>(name, 'field', base[name], mine[name], theirs[name])]),
  )

  const [was, my, their] = [base, mine, theirs].map(({ scenes }) => ({
    scenes: byId(scenes),
    rows: byId(rowsOf(scenes)),
  }))
  const decided = <T>(of: 'row' | 'scene', value: (side: NonNullable<typeof was>, id: string) => T | undefined) => {
    const ids = new Set(
      [was, my, their].flatMap((side) => [...(side?.[of === 'row' ? 'rows' : 'scenes'].keys() ?? [])]),
    )
    const found = new Map<string, T>()
    for (const id of ids) {
      const [a, b, c] = [was, my, their].map((side) => side && value(side, id))
      const kept = decide(id, of, a, b, c)
      if (kept !== undefined) found.set(id, kept)
    }
    return found
  }
  const rows = decided<Row>('row', ({ rows: all }, id) => all.get(id))
  const heads = decided<Head>('scene', ({ scenes }, id) => {
    const scene = scenes.get(id)
    return scene && headOf(scene)
  })

  const [first, second] = sameOrder(base.scenes, mine.scenes) ? [theirs, mine] : [mine, theirs]
  return {
    script: { ...theirs, ...fields, scenes: arranged(first.scenes, second.scenes, heads, rows) },
    conflicts,
    taken,
  }
}

/** Whether what was there stands where it stood, whatever was added or taken out. */
function sameOrder(base: Scenes, now: Scenes): boolean {
  const there = new Set([...now.map(({ id }) => id), ...rowsOf(now).map(({ id }) => id)])
  const known = new Set([...base.map(({ id }) => id), ...rowsOf(base).map(({ id }) => id)])
  const order = (scenes: Scenes, keep: ReadonlySet<string>) =>
    scenes
      .filter(({ id }) => keep.has(id))
      .map(({ id, rows }) => [id, rows.map((row) => row.id).filter((row) => keep.has(row))])
  return same(order(base, there), order(now, known))
}

/**
 * What is kept, as the first side has it; what only the second has comes after what it follows there. A scene of which nothing but its
 * head is kept on either side stays, a row whose scene is gone brings it back.
 */
function arranged(
  first: Scenes,
  second: Scenes,
  heads: ReadonlyMap<string, Head>,
  rows: ReadonlyMap<string, Row>,
): Scene[] {
  const scenes = first.map(({ id, rows: own }) => ({ id, rows: own.map((row) => row.id) }))
  const placed = new Set(scenes.flatMap((scene) => scene.rows))
  for (const [i, { id, rows: own }] of second.entries()) {
    const missing = own.map((row) => row.id).filter((row) => rows.has(row) && !placed.has(row))
    let scene = scenes.find((each) => each.id === id)
    if (!scene && (missing.length > 0 || (heads.has(id) && own.length === 0))) {
      scene = { id, rows: [] }
      const before = second[i - 1]?.id
      scenes.splice(scenes.findIndex((each) => each.id === before) + 1, 0, scene)
    }
    for (const row of scene ? missing : []) {
      const before = own[own.findIndex((each) => each.id === row) - 1]?.id
      scene?.rows.splice(before === undefined ? 0 : scene.rows.indexOf(before) + 1 || scene.rows.length, 0, row)
    }
  }
  const heading = byId([...second, ...first])
  return scenes.flatMap(({ id, rows: own }) => {
    const kept = own.flatMap((row) => rows.get(row) ?? [])
    const head = heads.get(id)
    const back = heading.get(id)
    return (head ?? (kept.length > 0 && back)) ? [{ id, ...(head ?? headOf(back!)), rows: kept }] : []
  })
}
