import { clampText, plainText } from '../../script/clean.ts'
import type { ModelScript } from '../../script/draft.ts'
import { estimateRow, spokenSeconds } from '../../script/duration.ts'
import { requestFacts } from '../../script/facts.ts'
import type { HookVariant } from '../../script/hook-mechanisms.ts'
import { mechanismOf } from '../../script/hooks.ts'
import { ordersAdvertising } from '../../script/kind.ts'
import type { SpokenLanguage } from '../../script/language.ts'
import { isAdvertising } from '../../script/law/marks.ts'
import type { Beat, GenerationRequest, Kind } from '../../script/script.ts'
import { mentionsAny } from '../../script/wording.ts'
import { PLANS } from '../plan.ts'
import { matterOf } from './matter.ts'
import { occasionOf, type Occasion } from './occasion.ts'
import { ENGLISH } from './phrases-en.ts'
import { RUSSIAN } from './phrases-ru.ts'
import type { Line, Phrases } from './phrases.ts'
import { seededRandom, shuffled } from './random.ts'
import { readBrief } from './topic.ts'

export type DemoRow = ModelScript['scenes'][number]['rows'][number]
type Beats = Phrases['beats']
type PlannedBeat = (typeof PLANS)[Kind]['beats'][number][0]
type Slots = Readonly<Record<string, string | undefined>>

/** A line with its slots filled. */
export type Filled = readonly [say: string, see: string, text: string | null]

const PHRASES: Readonly<Record<SpokenLanguage, Phrases>> = { ru: RUSSIAN, en: ENGLISH }

/** Seconds: rows are no longer than this (`script/draft.ts` asks the same of models). */
export const MAX_ROW_S = 15

/** The lines of an order: films that sell something praise it, lessons explain, an invitation or a short does neither. */
function bankOf(
  { beats, knowledge, reviewing, neutral, quiet }: Phrases,
  kind: Kind,
  sells: boolean,
  occasion: Occasion | undefined,
): Beats {
  if (sells) return beats
  if (kind === 'review') return { ...beats, ...reviewing }
  if (kind === 'short') return { ...beats, ...neutral, problem: [] }
  if (kind !== 'other' || occasion === 'instruction') return { ...beats, ...knowledge }
  return { ...beats, ...(occasion === 'quiet' ? quiet : neutral) }
}

export const fits = (text: string, words: number): boolean => text.length <= 60 && text.split(/\s+/).length <= words
export const capitalised = (text: string): string => text.replace(/^\p{Ll}/u, (c) => c.toUpperCase())
const uncapitalised = (text: string): string => text.replace(/^\p{Lu}(?=\p{Ll}|\s)/u, (c) => c.toLowerCase())

/** Replaces the slots. A sentence that brings its own end keeps it. `undefined` when the brief has nothing for a slot. */
export function fill(text: string, slots: Slots): string | undefined {
  let missing = false
  const filled = text.replace(/\{(\w+)\}(\.?)/g, (_, name: string, stop: string) => {
    const value = slots[name]
    missing ||= !value
    return value ? value + (/[.!?…]$/.test(value) ? '' : stop) : ''
  })
  return missing ? undefined : filled
}

/**
 * What a script without a model can say and show: the lines of the phrase banks in the order's language, with the brief's own words in
 * their slots, and none that the person wants avoided. The same request draws the same lines.
 * @param target seconds of the script
 */
export function createLines(request: GenerationRequest, language: SpokenLanguage, target: number) {
  const { kind } = requestFacts(request)
  const phrases = PHRASES[language]
  const plan = PLANS[kind]
  const random = seededRandom(
    JSON.stringify([request.brief, kind, language, target, request.cta, request.must_include]),
  )
  const topic = readBrief(request.brief, language)
  const avoided = mentionsAny(request.must_avoid ?? [])
  const allowed = (text: string): string => (avoided(text) ? '' : text)
  const used = new Set<string>()
  const sells = isAdvertising(kind) || ordersAdvertising(request)
  const occasion = kind === 'other' && !sells ? occasionOf(request.brief, language) : undefined
  // A short about a product sells nothing, and its filler fits it all the same.
  const matter = sells || kind === 'short' ? matterOf(request.brief, language) : undefined
  const spokenBeats = bankOf(phrases, kind, sells || matter !== undefined, occasion)
  const own = matter && phrases.matters[matter]
  const reading = { language, reading_ms_per_char: request.reading_ms_per_char }

  /** Of a bank in its order, filled; those that the person wants avoided are left out. */
  const ordered = (bank: readonly Line[], slots: Slots = {}): Filled[] =>
    bank.flatMap(([say, see, text]): Filled[] => {
      const { thing, about, subject } = topic
      const all = { thing, about, subject, ...slots }
      const [said, seen, shown] = [fill(say, all), fill(see, all), text && fill(text, all)]
      if (!said || !seen || avoided(said) || avoided(seen)) return []
      return [[capitalised(said), seen, shown && fits(shown, 7) && !avoided(shown) ? shown : null]]
    })
  const inAnyOrder = <T>(things: readonly T[]): T[] => shuffled(things, random)
  const pick = (bank: readonly Line[]): Filled[] => ordered(inAnyOrder(bank))

  const rowOf = ([say, see, text]: Filled, beat: Beat): DemoRow => {
    const inPicture = plan.presenter && beat !== 'demo' && beat !== 'proof'
    const speaker = allowed(inPicture ? phrases.presenter : phrases.narrator)
    const row = {
      visual: see,
      audio: [{ speaker, type: inPicture ? ('dialog' as const) : ('vo' as const), text: say }],
      on_screen_text: text,
      duration_s: 0,
    }
    return { ...row, duration_s: estimateRow(row, reading) }
  }
  /** A picture without words. The first of the bank is for the end of the script. */
  const hold = (seconds: number, last: boolean): DemoRow => ({
    visual: (last ? phrases.holds : inAnyOrder(phrases.holds.slice(1))).find(allowed) ?? '…',
    audio: allowed(phrases.music) ? [{ speaker: '', type: 'music', text: phrases.music }] : [],
    on_screen_text: null,
    duration_s: seconds,
  })
  /** Rows for as many lines as fit into that many seconds, in order; what was said is not said again. */
  const rowsWithin = (queue: readonly Filled[], seconds: number, beat: Beat): DemoRow[] => {
    let left = seconds
    return queue.flatMap((line): DemoRow[] => {
      if (used.has(line[0])) return []
      const row = rowOf(line, beat)
      if (row.duration_s > Math.min(left, MAX_ROW_S)) return []
      used.add(line[0])
      left -= row.duration_s
      return [row]
    })
  }

  /** Nobody is asked to try money out, or to tell how it went. */
  const isAlone = (beat: Beat): boolean =>
    matter === 'finance' && (beat === 'proof' || beat === 'offer' || beat === 'demo')

  /** Of an advertisement those of its matter too; of money those alone. */
  const hooks = (): readonly Line[] => {
    if (kind !== 'ad' || !own) return phrases.hooks[kind]
    return matter === 'finance' ? own.hooks : [...phrases.hooks.ad, ...own.hooks]
  }

  /** What a beat can say beside the brief's own points. */
  const ofBeat = (beat: PlannedBeat): Filled[] => {
    if (beat === 'hook') return pick(hooks())
    if (beat === 'demo' && kind === 'tutorial') return ordered(phrases.steps)
    if (beat === 'demo' && kind === 'review') return ordered(phrases.verdicts)
    return [...(own && beat !== 'outro' ? pick(own[beat]) : []), ...(isAlone(beat) ? [] : pick(spokenBeats[beat]))]
  }

  /** What the brief says, over what it wants seen as long as there is some. */
  const points = (): Filled[] =>
    topic.points.flatMap((point, i): Filled[] => {
      const [say, see, text] = phrases.points[i % phrases.points.length]!
      const shot = topic.shots[i] && fill(phrases.shot, { shot: topic.shots[i] })
      return ordered([text ? [say, shot || see, text] : [say, shot || see]], { point })
    })

  const ctaText = (): string => {
    const fitting = { quiet: phrases.quiet.cta, instruction: phrases.instructionCta }
    const usual = (kind === 'ad' && own?.cta) || (occasion && fitting[occasion]) || phrases.ctas[kind]
    return plainText(request.cta ?? '') || allowed(topic.cta ?? '') || allowed(usual) || allowed(phrases.ctas[kind])
  }

  /** The call is always shown, and spoken where it takes no more than 40 % of the time. */
  const ctaRow = (): DemoRow => {
    const text = ctaText()
    const visual = inAnyOrder(phrases.ctaVisuals).find(allowed) ?? '…'
    const maxSpoken = Math.min(target * 0.4, MAX_ROW_S)
    const said = [text, allowed(phrases.shortCta)].find((s) => s && spokenSeconds(s, reading) <= maxSpoken)
    const shown = text.length <= 500 ? text : null
    const row = rowOf(
      [said ?? '', shown || !text ? visual : `${visual}: ${clampText(text, 4_800)}`, shown || null],
      'cta',
    )
    return said ? row : { ...row, audio: [], duration_s: Math.min(target * 0.25, 3) }
  }

  /** The script's hook and others of its kind; those that share a mechanism are left out by `script/hooks.ts`. */
  const hooksBeside = (hook: string): HookVariant[] => {
    const others = [...phrases.hooks[kind], ...phrases.hooks.other]
    return [hook, ...ordered(others).map(([say]) => say)].map((text) => ({ mechanism: mechanismOf(text), text }))
  }

  const title = (): string => {
    const fallback = own && isAdvertising(kind) ? own.title : phrases.titles[kind]
    const titles = [
      topic.thing && `${topic.thing}: ${uncapitalised(fallback)}`,
      topic.isOrder && isAdvertising(kind) ? undefined : topic.subject,
      topic.about && capitalised(topic.about),
      phrases.titles[kind],
    ]
    return titles.find((t) => t && t.length <= 120 && !avoided(t)) || '…'
  }

  return {
    ...{ kind, occasion, phrases, plan, topic, allowed, ordered, inAnyOrder, rowOf, hold, rowsWithin },
    ...{ ofBeat, points, ctaText, ctaRow, hooksBeside, title },
  }
}

export const sum = (rows: readonly DemoRow[]): number => rows.reduce((total, row) => total + row.duration_s, 0)
