import { plainText } from '../../script/clean.ts'
import { requestFacts } from '../../script/facts.ts'
import type { DraftScene, GenerationRequest, Kind, Platform } from '../../script/script.ts'
import type { Prompt } from './prompts.ts'
import type { Message } from './task.ts'

const KIND_RULES: Readonly<Record<Kind, string>> = {
  ad: 'An advertisement: one promise, one proof, one offer, one call to action.',
  integration:
    "A sponsored segment inside a creator's video: personal voice, an honest reason to mention the product, then back to the topic.",
  tutorial:
    'A tutorial: show the result first, then the steps in order, one step a scene, and what goes wrong most often.',
  short:
    'A short vertical video: the hook within 3 seconds, one thought, no introduction, an end that invites a second view.',
  review: 'A review: what it is for, what is good, what is not, for whom it fits, a verdict.',
  explainer:
    'An explainer: a question, a plain answer, one comparison from daily life, an example, what to do with it.',
  other: 'Choose the form that serves the brief best.',
}

const PLATFORM_RULES: Readonly<Record<Platform, string>> = {
  youtube: 'YouTube, horizontal: the hook within 10 seconds.',
  shorts: 'YouTube Shorts, vertical: understandable without sound.',
  reels: 'Reels, vertical: understandable without sound.',
  tiktok: 'TikTok, vertical: understandable without sound, spoken plainly.',
  vk: 'VK Video.',
  rutube: 'Rutube, horizontal.',
  telegram: 'Telegram: often watched without sound.',
  tv: 'Television: every second counts, no links that must be clicked.',
  other: 'No particular platform.',
}

/** Spoken characters a second, the inverse of the 68 ms a character that `script/duration.ts` estimates with. */
const CHARACTERS_PER_SECOND = 14.7

const LANGUAGE_NAMES: Readonly<Record<string, string>> = { ru: 'Russian', en: 'English' }

/** A name for a tag. A free-text field that reached the system message would be an instruction: only tags pass. */
export function languageName(tag: string): string {
  if (!/^[a-z]{2,3}(-[a-z0-9]{2,8}){0,3}$/i.test(tag)) return 'the language of the brief'
  return LANGUAGE_NAMES[tag.toLowerCase().split('-')[0]!] ?? `the language with the tag ${tag}`
}

const list = (items: readonly string[] | undefined): string | undefined =>
  items?.length ? items.map((i) => `- ${oneLine(i)}`).join('\n') : undefined
export const oneLine = (text: string): string => plainText(text).replace(/\s+/g, ' ')

/** The fields of an order, under headings. */
export function orderFields(request: GenerationRequest): Fields {
  return [
    ['Brief', plainText(request.brief)],
    ['Audience', request.audience && oneLine(request.audience)],
    ['Tone', request.tone?.length ? request.tone.map(oneLine).join(', ') : undefined],
    ['Call to action', request.cta && oneLine(request.cta)],
    ['Must include', list(request.must_include)],
    ['Must avoid', list(request.must_avoid)],
  ]
}

export type Fields = readonly (readonly [heading: string, text: string | undefined])[]

/** What people or models wrote, under headings, between markers that none of it can contain. */
export function fenced(fields: Fields, marker: string): string {
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

/** Characters that are spoken in so many seconds, to tens. */
export const spokenCharacters = (seconds: number): number => Math.round((seconds * CHARACTERS_PER_SECOND) / 10) * 10

/** What of an order is instruction: nothing of it is a person's free text. */
export function orderRules(request: GenerationRequest): string {
  const { kind, platform, language, target_duration_s } = requestFacts(request)
  return `This order
- Write every text in ${languageName(language)}.
- Kind: ${KIND_RULES[kind]}
- Platform: ${PLATFORM_RULES[platform]}
- Length: ${target_duration_s} seconds. All spoken words together have about ${spokenCharacters(target_duration_s)} characters, spaces included; the "duration_s" of all rows add up to ${target_duration_s}.`
}

/**
 * The messages of one call: instructions in the system message, everything that a person wrote as data in the user message.
 * The stable part of the system message comes first, so that providers can cache it. Pure.
 * @param marker unguessable for whoever wrote the data, the same again for a replay
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
