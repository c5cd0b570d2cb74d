import { clampText, plainText } from '../../../script/clean.ts'
import type { ModelScript } from '../../../script/draft.ts'
import { estimateRow, spokenSeconds } from '../../../script/duration.ts'
import { requestFacts } from '../../../script/facts.ts'
import type { SpokenLanguage } from '../../../script/language.ts'
import type { Beat, GenerationRequest } from '../../../script/script.ts'
import { mentionsAny } from '../../../script/wording.ts'
import { ENGLISH } from './phrases-en.ts'
import { RUSSIAN } from './phrases-ru.ts'
import type { Line, Phrases } from './phrases.ts'
import { PLANS } from './plan.ts'
import { seededRandom, shuffled } from './random.ts'
import { readBrief, type Topic } from './topic.ts'

type DemoScene = ModelScript['scenes'][number]
type DemoRow = DemoScene['rows'][number]
/** A line with its slots filled. */
type Filled = readonly [say: string, see: string, text: string | null]

const PHRASES: Readonly<Record<SpokenLanguage, Phrases>> = { ru: RUSSIAN, en: ENGLISH }

/** Seconds: rows are no longer than this (`script/draft.ts` asks the same of models), silent ones shorter. */
const LONGEST_ROW = 15
const LONGEST_HOLD = 8
/** Left over after all beats, this many seconds make a chapter; below, pictures without words fill them. */
const SHORTEST_CHAPTER = 12
const CHAPTER = 75

const fits = (text: string, words: number): boolean => text.length <= 60 && text.split(/\s+/).length <= words
const capitalised = (text: string): string => text.replace(/^\p{Ll}/u, (c) => c.toUpperCase())
const uncapitalised = (text: string): string => text.replace(/^\p{Lu}(?=\p{Ll}|\s)/u, (c) => c.toLowerCase())

/** Replaces the slots. A sentence that brings its own end keeps it. `undefined` when the brief has nothing for a slot. */
function fill(text: string, slots: Readonly<Record<string, string | undefined>>): string | undefined {
  let missing = false
  const filled = text.replace(/\{(\w+)\}(\.?)/g, (_, name: string, stop: string) => {
    const value = slots[name]
    missing ||= !value
    return value ? value + (/[.!?…]$/.test(value) ? '' : stop) : ''
  })
  return missing ? undefined : filled
}

/**
 * A whole script without a model: the beats of the kind, lines of the phrase banks, the brief's own sentences among them.
 * The same request gives the same script. Speech fills the target time; what no line is short enough for is held in silence,
 * so that the estimate of `script/duration.ts` meets the target.
 */
export function composeScript(request: GenerationRequest, language: SpokenLanguage): ModelScript {
  const { kind, target_duration_s: target } = requestFacts(request)
  const phrases = PHRASES[language]
  const plan = PLANS[kind]
  const random = seededRandom(
    JSON.stringify([request.brief, kind, language, target, request.cta, request.must_include]),
  )
  const topic = readBrief(request.brief, language)
  const avoided = mentionsAny(request.must_avoid ?? [])
  const allowed = (text: string): string => (avoided(text) ? '' : text)
  const used = new Set<string>()

  /** Bank lines in a random order, filled; those that the person wants avoided or that were said before are left out. */
  const lines = (bank: readonly Line[], slots: Readonly<Record<string, string | undefined>> = {}): Filled[] =>
    bank.flatMap(([say, see, text]): Filled[] => {
      const all = { ...topic, points: undefined, ...slots }
      const [said, seen, shown] = [fill(say, all), fill(see, all), text && fill(text, all)]
      if (!said || !seen || avoided(said) || avoided(seen)) return []
      return [[capitalised(said), seen, shown && fits(shown, 7) && !avoided(shown) ? shown : null]]
    })
  const pick = (bank: readonly Line[], slots?: Readonly<Record<string, string>>) => lines(shuffled(bank, random), slots)
  const ordered = (bank: readonly Line[]) => lines(bank)

  const rowOf = ([say, see, text]: Filled, beat: Beat): DemoRow => {
    const inPicture = plan.presenter && beat !== 'demo' && beat !== 'proof'
    const speaker = allowed(inPicture ? phrases.presenter : phrases.narrator)
    const row = {
      visual: see,
      audio: [{ speaker, type: inPicture ? ('dialog' as const) : ('vo' as const), text: say }],
      on_screen_text: text,
      duration_s: 0,
    }
    return { ...row, duration_s: estimateRow(row, { language }) }
  }
  /** A picture without words. The first of the bank is for the end of the script. */
  const hold = (seconds: number, last: boolean): DemoRow => ({
    visual: (last ? phrases.holds : shuffled(phrases.holds.slice(1), random)).find(allowed) ?? '…',
    audio: allowed(phrases.music) ? [{ speaker: '', type: 'music', text: phrases.music }] : [],
    on_screen_text: null,
    duration_s: seconds,
  })
  /** Rows for as many lines as fit into that many seconds, in order. */
  const rowsWithin = (queue: readonly Filled[], seconds: number, beat: Beat): DemoRow[] => {
    let left = seconds
    return queue.flatMap((line): DemoRow[] => {
      if (used.has(line[0])) return []
      const row = rowOf(line, beat)
      if (row.duration_s > Math.min(left, LONGEST_ROW)) return []
      used.add(line[0])
      left -= row.duration_s
      return [row]
    })
  }

  const cta = ctaRow(request, topic, target)
  const includes = includeRows((target - cta.duration_s) / 2)
  const pool = target - cta.duration_s - sum(includes.rows)
  const pointLines = topic.points.flatMap((point, i) => lines([phrases.points[i % phrases.points.length]!], { point }))

  const queues = plan.beats.map(([beat]): Filled[] => {
    if (beat === 'hook') return pick(phrases.hooks[kind]).slice(0, target > 45 ? 2 : 1)
    const bank =
      beat === 'demo' && kind === 'tutorial'
        ? ordered(phrases.steps)
        : beat === 'demo' && kind === 'review'
          ? ordered(phrases.verdicts)
          : pick(phrases.beats[beat])
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
  showSilently(includes.silent)
  const first = scenes[0]!.rows[0]!
  if (first.audio.every(({ type }) => type !== 'music') && allowed(phrases.music))
    first.audio = [...first.audio, { speaker: '', type: 'music', text: phrases.music }]

  const spoken = scenes.flatMap((s) => s.rows).flatMap((r) => r.audio)
  return {
    title: titleOf(),
    description: allowed(phrases.description) || null,
    audience: allowed(phrases.audience),
    tone: phrases.tone.filter(allowed),
    hook: spoken.find(({ type }) => type !== 'music')?.text ?? '',
    cta: ctaText(request, topic),
    scenes,
  }

  function ctaText(r: GenerationRequest, t: Topic): string {
    return plainText(r.cta ?? '') || allowed(t.cta ?? '') || allowed(phrases.ctas[kind])
  }

  /** The call is always shown, and spoken where it takes no more than 40 % of the time. */
  function ctaRow(r: GenerationRequest, t: Topic, seconds: number): DemoRow {
    const text = ctaText(r, t)
    const visual = shuffled(phrases.ctaVisuals, random).find(allowed) ?? '…'
    const mostSpoken = Math.min(seconds * 0.4, LONGEST_ROW)
    const said = [text, allowed(phrases.shortCta)].find((s) => s && spokenSeconds(s, { language }) <= mostSpoken)
    const shown = text.length <= 500 ? text : null
    const row = rowOf(
      [said ?? '', shown || !text ? visual : `${visual}: ${clampText(text, 4_800)}`, shown || null],
      'cta',
    )
    return said ? row : { ...row, audio: [], duration_s: Math.min(seconds * 0.25, 3) }
  }

  /** What must be in the script, word for word: spoken while time is left, else shown. */
  function includeRows(seconds: number): { rows: DemoRow[]; silent: string[] } {
    let rest = seconds
    const spokenRows: DemoRow[] = []
    const silent: string[] = []
    for (const item of (request.must_include ?? []).map(plainText).filter(Boolean)) {
      const template = phrases.includes[spokenRows.length % phrases.includes.length]!
      const row = rowOf(
        [fill(template[0], { point: item })!, allowed(template[1]) || '…', fits(item, 7) ? item : null],
        plan.main,
      )
      if (row.duration_s <= Math.min(rest, LONGEST_ROW)) {
        rest -= row.duration_s
        spokenRows.push(row)
      } else silent.push(item)
    }
    return { rows: spokenRows, silent }
  }

  /** Chapters for what is left of a long script: one question each. Takes its seconds from `left`. */
  function chapters(): DemoScene[] {
    if (left < SHORTEST_CHAPTER) return []
    const aspects = phrases.aspects.filter(({ title }) => allowed(title))
    const count = Math.min(Math.max(Math.round(left / CHAPTER), 1), aspects.length)
    // In the bank's order: its questions lead from the beginning of a matter to what comes after it.
    const step = aspects.length / Math.max(count, 1)
    return Array.from({ length: count }, (_, i): DemoScene => {
      const aspect = aspects[Math.floor(i * step)]!
      const [opening, ...others] = lines(phrases.chapter, { aspect: aspect.title })
      const body = shuffled(others.slice(0, -2), random)
      const repeated = topic.points.length
        ? lines(phrases.points.slice(1), { point: topic.points[i % topic.points.length]! })
        : []
      const queue = [
        ...(opening ? [opening] : []),
        ...lines(aspect.lines),
        ...body.slice(0, 3),
        ...repeated.slice(0, 1),
        ...body.slice(3),
        ...repeated.slice(1),
        ...others.slice(-2),
      ]
      const written = rowsWithin(queue, left / (count - i), plan.main)
      left -= sum(written)
      return { heading: capitalised(aspect.title), beat: plan.main, rows: written }
    }).filter((scene) => scene.rows.length > 0)
  }

  /** Pictures without words for the seconds that no line fits: after the call when short, else at the ends of scenes. */
  function fillWithHolds(): void {
    const pieces = Math.ceil(left / (left <= 4 ? 4 : LONGEST_HOLD))
    const places = left <= 4 ? scenes.slice(-1) : scenes.length > 2 ? scenes.slice(1, -1) : scenes
    for (let i = 0; i < pieces; i++) {
      const scene = places[i % places.length]!
      const at = Math.max(scene.rows.length - 1 - 2 * Math.floor(i / places.length), 1)
      scene.rows.splice(
        scene === scenes.at(-1) ? scene.rows.length : at,
        0,
        hold(left / pieces, scene === scenes.at(-1)),
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

  function titleOf(): string {
    const fallback = phrases.titles[kind]
    const titles = [
      topic.thing && `${topic.thing}: ${uncapitalised(fallback)}`,
      topic.subject,
      topic.about && capitalised(topic.about),
      fallback,
    ]
    return titles.find((t) => t && t.length <= 120 && !avoided(t)) || '…'
  }
}

const sum = (rows: readonly DemoRow[]): number => rows.reduce((total, row) => total + row.duration_s, 0)
