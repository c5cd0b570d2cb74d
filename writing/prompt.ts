import { languageOfTag } from '../language.ts'
import { hookLimit } from '../script/checks/timing.ts'
import { plainText } from '../script/clean.ts'
import { lawsOf } from '../script/draft.ts'
import { SECONDS_PER_CHARACTER } from '../script/duration.ts'
import { requestFacts } from '../script/facts.ts'
import { spokenLanguage } from '../script/language.ts'
import { lawsById, legalSeconds } from '../script/law/marks.ts'
import type { BaseScript, DraftScene, GenerationRequest, Kind } from '../script/script.ts'
import type { Message, Prompt } from '../llm/task.ts'
import { PLANS } from './plan.ts'
import { filled, PROMPT_WORDS, type PromptWords } from './prompt-words.ts'

/** The words of an order's own language: a model is instructed in the language that it is to write. */
export const wordsFor = (request: Pick<GenerationRequest, 'language' | 'brief'>): PromptWords =>
  PROMPT_WORDS[spokenLanguage(request.language, request.brief)]

/** A name for a tag. A free-text field that reached the system message would be an instruction: only tags pass. */
export function languageName(tag: string, words: PromptWords): string {
  if (!/^[a-z]{2,3}(-[a-z0-9]{2,8}){0,3}$/i.test(tag)) return words.briefsLanguage
  const language = languageOfTag(tag)
  return language ? words.languages[language] : filled(words.otherLanguage, { tag })
}

const list = (items: readonly string[] | undefined): string | undefined =>
  items?.length ? items.map((i) => `- ${oneLine(i)}`).join('\n') : undefined
const oneLine = (text: string): string => plainText(text).replace(/\s+/g, ' ')

/** The fields of an order, under headings. */
export function orderFields(request: GenerationRequest): Fields {
  const { headings } = wordsFor(request)
  return [
    [headings.brief, plainText(request.brief)],
    ...toneFields(request, headings),
    [headings.cta, request.cta && oneLine(request.cta)],
    [headings.mustInclude, list(request.must_include)],
    [headings.mustAvoid, list(request.must_avoid)],
  ]
}

/** Who is spoken to and how. */
const toneFields = (
  { audience, tone }: Pick<GenerationRequest, 'audience' | 'tone'>,
  headings: PromptWords['headings'],
): Fields => [
  [headings.audience, audience && oneLine(audience)],
  [headings.tone, tone?.length ? tone.map(oneLine).join(', ') : undefined],
]

/** What a script keeps to, for who writes a part of it anew. */
export const keptFields = (base: BaseScript, { headings }: PromptWords): Fields => [
  ...toneFields(base, headings),
  [headings.cta, base.cta && oneLine(base.cta)],
  [headings.mustInclude, list(base.must_include)],
  [headings.mustAvoid, list(base.must_avoid)],
  [headings.disclosure, base.disclosure ? oneLine(base.disclosure) : undefined],
]

export type Fields = readonly (readonly [heading: string, text: string | undefined])[]

/** What people or models wrote, under headings, between markers that none of it can contain. */
function fenced(fields: Fields, marker: string): string {
  const data = fields.flatMap(([name, text]) => (text ? [`${name}:\n${text}`] : [])).join('\n\n')
  return `<<<ORDER ${marker}\n${data.replaceAll(marker, '')}\nORDER ${marker}>>>`
}

/** A script as data for a model: numbered scenes and rows, nothing else of the row's fields. */
export const scenesAsText = (scenes: readonly Pick<DraftScene, 'heading' | 'beat' | 'rows'>[], from = 1): string =>
  scenes
    .map(({ heading, beat, rows }, i) =>
      [
        `Scene ${from + i} [${beat}] ${oneLine(heading)}`,
        ...rows.map(
          (row, n) =>
            `  Row ${n + 1} (${row.duration_s} s): ${oneLine(row.visual)}${row.on_screen_text ? ` | on screen: ${oneLine(row.on_screen_text)}` : ''}${row.audio
              .map((a) => ` | ${a.type}${a.speaker ? ` ${oneLine(a.speaker)}` : ''}: ${oneLine(a.text)}`)
              .join('')}`,
        ),
      ].join('\n'),
    )
    .join('\n')

/** Characters of a film of so many seconds that a model is told at most: some three times what it takes to write one down. */
export const tellable = (seconds: number): number => Math.max(8_000, 250 * seconds)

/** Characters that are spoken in so many seconds, to tens, at the usual pace or a person's own. */
export const charactersFor = (
  seconds: number,
  { reading_ms_per_char }: { readonly reading_ms_per_char?: number | null },
): number => Math.round(seconds / (reading_ms_per_char ? reading_ms_per_char / 1000 : SECONDS_PER_CHARACTER) / 10) * 10

/** Share of the length that a call to action takes; the plans of the kinds divide the rest. */
const CTA_SHARE = 0.1

/** The beats of a kind as a model is told them where no template says others. */
const beatShares = (kind: Kind, words: PromptWords): string =>
  [...PLANS[kind].beats.map(([beat, share]) => [beat, share * (1 - CTA_SHARE)] as const), ['cta', CTA_SHARE] as const]
    .map(([beat, share]) => `${words.beats[beat]} ${Math.round(share * 100)} %`)
    .join(', ')

/** Seconds that are left for writing: what the law wants on the screen has its own. */
export function writtenSeconds(request: GenerationRequest): number {
  const { target_duration_s } = requestFacts(request)
  return Math.max(target_duration_s / 2, target_duration_s - legalSeconds(lawsById(lawsOf(request, []))))
}

/** What of an order is instruction: nothing of it is a person's free text. What is checked is said by the checks' own numbers. */
export function orderRules(request: GenerationRequest, { template = false } = {}): string {
  const words = wordsFor(request)
  const { rules } = words
  const { kind, platform, language } = requestFacts(request)
  const seconds = writtenSeconds(request)
  const legal = legalSeconds(lawsById(lawsOf(request, [])))
  return [
    rules.order,
    filled(rules.writeIn, { language: languageName(language, words) }),
    filled(rules.kind, { kind: words.kinds[kind] }),
    filled(rules.platform, { platform: words.platforms[platform] }),
    ...(template ? [] : [filled(rules.beats, { beats: beatShares(kind, words) })]),
    filled(rules.length, { seconds, characters: charactersFor(seconds, request) }),
    filled(rules.rowLength, { seconds }),
    ...(legal > 0 ? [filled(rules.legal, { seconds: legal })] : []),
    filled(rules.checked, { hook: hookLimit({ kind, platform }) }),
  ].join('\n')
}

/**
 * The messages of one call: instructions in the system message, everything that a person wrote as data in the user message.
 * The stable part of the system message comes first, so that providers can cache it. Pure.
 * @param marker unguessable for the author of the data, the same again for a replay
 */
export const messagesOf = (
  prompt: Prompt,
  rules: string,
  wish: string,
  fields: Fields,
  marker: string,
): readonly Message[] => [
  { role: 'system', content: rules ? `${prompt.text}\n\n${rules}` : prompt.text },
  { role: 'user', content: `${wish}\n\n${fenced(fields, marker)}` },
]
