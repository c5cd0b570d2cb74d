import { clampText, plainText } from '../../script/clean.ts'
import type { ModelScript } from '../../script/draft.ts'
import type { HookVariant } from '../../script/hook-mechanisms.ts'
import type { SpokenLanguage } from '../../script/language.ts'
import type { GenerationRequest } from '../../script/script.ts'
import { writtenSeconds } from '../prompt.ts'
import { capitalised, createLines, fill, fits, MAX_ROW_S, sum, type DemoRow, type Filled } from './lines.ts'

/** A script, with hooks to choose from when the order asks for some. */
export type DemoScript = ModelScript & { readonly hook_variants?: HookVariant[] }
type DemoScene = ModelScript['scenes'][number]

/** Seconds: silent rows are no longer than this. */
const MAX_HOLD_S = 8
/** Left over after all beats, this many seconds make a chapter; below, pictures without words fill them. */
const MIN_CHAPTER_S = 8
const CHAPTER_S = 45
/** Lines of the bank, from its beginning, that can open a chapter. */
const OPENINGS = 4
const FEW_CHAPTERS = 3

/**
 * A whole script without a model: the beats of the kind, lines of the phrase banks, the brief's own sentences among them.
 * The same request gives the same script. Speech fills the target time; what no line is short enough for is held in silence,
 * so that the estimate of `script/duration.ts` meets the target.
 */
export function composeScript(request: GenerationRequest, language: SpokenLanguage): DemoScript {
  // The lines of the law are put in afterwards and have seconds of their own.
  const target = writtenSeconds(request)
  const lines = createLines(request, language, target)
  const { kind, occasion, phrases, plan, topic, allowed, ordered, inAnyOrder, rowOf, rowsWithin } = lines
  const pointLines = lines.points()
  const cta = lines.ctaRow()
  const saidByPoints = (item: string): boolean =>
    [...pointLines.slice(0, 4).map(([say]) => say), cta.audio[0]?.text ?? ''].some((text) =>
      text.toLowerCase().includes(item.toLowerCase()),
    )
  const required = (request.must_include ?? []).map(plainText).filter(Boolean)
  const includes = includeRows((target - cta.duration_s) / 2)
  const pool = target - cta.duration_s - sum(includes.rows)

  const queues = plan.beats.map(([beat]): Filled[] => {
    const bank = lines.ofBeat(beat)
    if (beat === 'hook') return bank.slice(0, target > 45 ? 2 : 1)
    if (beat === plan.main) return [...pointLines.slice(0, 4), ...bank, ...pointLines.slice(4)]
    return beat === 'proof' ? [...pointLines.slice(4, 6), ...bank] : bank
  })
  const rows = plan.beats.map((): DemoRow[] => [])
  let left = pool
  let carry = 0
  plan.beats.forEach(([beat, share], i) => {
    const part = pool * share + carry
    // A hook comes first, however short the script is; one or two sentences, however long.
    const budget = beat === 'hook' ? Math.min(Math.max(part, 4), 9, left) : Math.min(part, left)
    rows[i]!.push(...rowsWithin(queues[i]!, budget, beat))
    carry = part - sum(rows[i]!)
    left -= sum(rows[i]!)
  })
  const main = plan.beats.findIndex(([beat]) => beat === plan.main)
  // What the shares left over goes to the lines that were not said yet: first where the matter is.
  for (const i of [main, ...plan.beats.keys()]) {
    const more = plan.beats[i]![0] === 'hook' ? [] : rowsWithin(queues[i]!, left, plan.beats[i]![0])
    rows[i]!.push(...more)
    left -= sum(more)
  }
  rows[main]!.push(...includes.rows)

  const scenes: DemoScene[] = plan.beats.flatMap(([beat], i) => [
    ...(rows[i]!.length > 0 ? [{ heading: allowed(phrases.headings[beat]), beat, rows: rows[i]! }] : []),
    ...(i === main ? chapters() : []),
  ])
  scenes.push({ heading: allowed(phrases.headings.cta), beat: 'cta', rows: [cta] })
  fillWithHolds()
  showSilently([...includes.silent, ...required.filter((i) => saidByPoints(i) && !isSaid(i))])
  const first = scenes[0]!.rows[0]!
  if (first.audio.every(({ type }) => type !== 'music') && allowed(phrases.music))
    first.audio = [...first.audio, { speaker: '', type: 'music', text: phrases.music }]

  const spoken = scenes.flatMap((s) => s.rows).flatMap((r) => r.audio)
  const hook = spoken.find(({ type }) => type !== 'music')?.text ?? ''
  return {
    title: lines.title(),
    description: allowed(phrases.description) || null,
    audience: allowed(phrases.audience),
    tone: phrases.tone.filter(allowed),
    hook,
    cta: lines.ctaText(),
    scenes,
    ...(request.hooks && { hook_variants: lines.hooksBeside(hook) }),
  }

  /** In what is heard or read, but for a capital at the beginning. */
  function isSaid(item: string): boolean {
    return scenes
      .flatMap((s) => s.rows)
      .some((row) =>
        [row.on_screen_text ?? '', ...row.audio.map((a) => a.text)].some((text) =>
          text.toLowerCase().includes(item.toLowerCase()),
        ),
      )
  }

  /** What must be in the script, word for word: spoken while time is left, else shown. */
  function includeRows(seconds: number): { rows: DemoRow[]; silent: string[] } {
    let rest = seconds
    const spokenRows: DemoRow[] = []
    const silent: string[] = []
    for (const item of required.filter((i) => !saidByPoints(i))) {
      const template = phrases.includes[spokenRows.length % phrases.includes.length]!
      const row = rowOf(
        [fill(template[0], { point: item })!, allowed(template[1]) || '…', fits(item, 7) ? item : null],
        plan.main,
      )
      if (row.duration_s <= Math.min(rest, MAX_ROW_S)) {
        rest -= row.duration_s
        spokenRows.push(row)
      } else silent.push(item)
    }
    return { rows: spokenRows, silent }
  }

  /** Chapters for what is left of a long script: one question each. Takes its seconds from `left`. */
  function chapters(): DemoScene[] {
    // A farewell asks no questions: pictures fill it.
    if (left < MIN_CHAPTER_S || occasion === 'quiet') return []
    const free = phrases.aspects.filter(({ title }) => allowed(title))
    const wanted = Math.min(Math.max(Math.round(left / CHAPTER_S), 1), free.length)
    const choosing = free.filter((aspect) => aspect.choosing)
    // A review has its own questions, as far as they go.
    const aspects = kind === 'review' && wanted <= choosing.length ? choosing : free
    const count = Math.min(wanted, aspects.length)
    // In the bank's order: its questions lead from the beginning of a matter to what comes after it.
    const step = aspects.length / Math.max(count, 1)
    const heard = new Map<string, number>()
    const byHeard = ([, a]: Filled, [, b]: Filled): number => (heard.get(a) ?? 0) - (heard.get(b) ?? 0)
    return Array.from({ length: count }, (_, i): DemoScene => {
      const aspect = aspects[Math.floor(i * step)]!
      const all = ordered(phrases.chapter, { aspect: aspect.title })
      // Chapters that all began alike would be heard as one.
      const opening = all.slice(0, OPENINGS).toSorted(byHeard)[0]
      // In few chapters a line that was heard would be heard again; in many there is no other way to fill them.
      const others = all.filter((line) => line !== opening && (count > FEW_CHAPTERS || !heard.has(line[1])))
      // What was not heard in an earlier chapter comes first.
      const body = inAnyOrder(others.slice(0, -2)).toSorted(([, a], [, b]) => (heard.get(a) ?? 0) - (heard.get(b) ?? 0))
      const repeated = topic.points.length
        ? ordered(phrases.points.slice(1), { point: topic.points[i % topic.points.length]! })
        : []
      const queue = [
        ...(opening ? [opening] : []),
        ...ordered(aspect.lines),
        ...body.slice(0, 3),
        ...repeated.slice(0, 1),
        ...body.slice(3),
        ...others.slice(-2),
      ]
      const written = rowsWithin(queue, left / (count - i), plan.main)
      for (const { visual } of written) heard.set(visual, (heard.get(visual) ?? 0) + 1)
      left -= sum(written)
      return { heading: capitalised(aspect.title), beat: plan.main, rows: written }
    }).filter((scene) => scene.rows.length > 0)
  }

  /** Pictures without words for the seconds that no line fits: after the call when short, else at the ends of scenes. */
  function fillWithHolds(): void {
    const pieces = Math.ceil(left / (left <= 4 ? 4 : MAX_HOLD_S))
    const places = left <= 4 ? scenes.slice(-1) : scenes.length > 2 ? scenes.slice(1, -1) : scenes
    for (let i = 0; i < pieces; i++) {
      const scene = places[i % places.length]!
      const at = Math.max(scene.rows.length - 1 - 2 * Math.floor(i / places.length), 1)
      scene.rows.splice(
        scene === scenes.at(-1) ? scene.rows.length : at,
        0,
        lines.hold(left / pieces, scene === scenes.at(-1)),
      )
    }
  }

  /** Items without a voice stand on the screen, several at once if need be; those too long for it in the picture column. */
  function showSilently(items: readonly string[]): void {
    const all = scenes.flatMap((s) => s.rows)
    const own = new Set([cta, ...includes.rows])
    const free = all.filter((row) => !own.has(row))
    const places = free.length > 0 ? free : all
    items.forEach((item, i) => {
      const row = places[i % places.length]!
      // A title of the bank gives way; the call and other required words do not.
      const kept = i < free.length ? null : row.on_screen_text
      const shown = [kept, item].filter(Boolean).join(' · ')
      if (shown.length <= 500) row.on_screen_text = shown
      else row.visual = clampText(`${row.visual}. ${item}`, 5_000)
    })
  }
}
