import { z } from 'zod'
import { clampText, modelText, plainText, withoutLabel } from './clean.ts'
import { factsIn } from './claims/known.ts'
import { requestFacts } from './facts.ts'
import { HOOK_MECHANISMS, type HookVariant } from './hook-mechanisms.ts'
import { hookVariants, MAX_HOOKS, mechanismOf } from './hooks.ts'
import { ordersAdvertising } from './kind.ts'
import { isAdvertising, lawsFor } from './law/marks.ts'
import type { LawId } from './law/law-ids.ts'
import {
  AUDIO_TYPES,
  BEATS,
  MAX_DRAFT_BYTES,
  Scene,
  type DraftScene,
  type GenerationRequest,
  type ScriptDraft,
} from './script.ts'

/**
 * What a model may write: texts and planned seconds. Ids, locks, totals and what the request fixes are code's. Strict
 * structured output asks for this shape: root object, every property required, absent = null, no length or format keywords;
 * so the bounds are checked afterwards, by `toDraft`. A server that does not enforce the schema may forget a null, add a field
 * or invent a beat: that is forgiven.
 */
const ModelAudio = z.object({
  speaker: z.string().describe('Who or what is heard: a narrator, a name, or the source of the sound'),
  type: z.enum(AUDIO_TYPES).describe('vo: voice-over; dialog: spoken in the picture; sfx: a sound; music: music'),
  text: z.string().describe('vo and dialog: the exact words to speak, nothing else; sfx and music: what it is'),
})

const ModelRow = z.object({
  visual: z.string().describe('What is seen: shot, place, action. Never empty for a spoken row'),
  audio: z.array(ModelAudio).describe('What is heard while this is seen, in order; empty for silence'),
  on_screen_text: z.string().nullable().default(null).describe('Words shown on the screen, at most 7; null for none'),
  duration_s: z.number().describe('Planned seconds of this row, at most 15'),
})

export const ModelScene = z.object({
  heading: z.string().describe('Short heading of the scene'),
  beat: z.enum(BEATS).catch('free').describe('What the scene does for the story'),
  rows: z.array(ModelRow),
})

/** The answer where one scene alone is asked for. */
export const OneScene = z.object({ scene: ModelScene })

export const ModelScript = z.object({
  title: z.string().describe('Title of the video, at most 100 characters'),
  description: z.string().nullable().default(null).describe('One or two sentences on the video, or null'),
  audience: z.string().describe('Who the video speaks to'),
  tone: z.array(z.string()).describe('One to four adjectives'),
  hook: z.string().describe('The first spoken sentence, word for word as in the first scene'),
  cta: z.string().describe('What the viewer is asked to do, word for word as in the script'),
  scenes: z.array(ModelScene),
})
export type ModelScript = z.infer<typeof ModelScript>

const ModelHook = z.object({
  mechanism: z.enum(HOOK_MECHANISMS).catch('claim').describe('How it holds the viewer; each hook another way'),
  text: z.string().describe('One spoken sentence'),
})
/** Hooks to choose from, the best first. */
export const ModelHooks = z.array(ModelHook)
/** The answer to an order that asks for hooks to choose from. */
export const ModelScriptWithHooks = ModelScript.extend({ hook_variants: ModelHooks.default([]) })

/** The model's answer is no script that can be stored. The message names fields and limits, never their text. */
export class DraftError extends Error {
  override readonly name = 'DraftError'
}

/** Limits of what has none in `Row` and `Scene`. Generous: they keep nonsense out, not long scripts. */
const MAX = { title: 200, description: 500, heading: 200, speaker: 100, line: 500, tone: 50, tones: 10, scenes: 200 }

const StoredScenes = z
  .array(
    Scene.omit({ id: true, locked: true, written_from: true }).extend({
      rows: z
        .array(Scene.shape.rows.element.omit({ id: true }))
        .min(1)
        .max(200),
    }),
  )
  .min(1)
  .max(MAX.scenes)

const seconds = (s: number): number => (Number.isFinite(s) ? Math.round(Math.min(Math.max(s, 0), 3_600) * 10) / 10 : 0)

function draftRow(row: z.infer<typeof ModelRow>): DraftScene['rows'][number] {
  const onScreen = clampText(modelText(row.on_screen_text ?? ''), MAX.line)
  return {
    visual: modelText(row.visual),
    audio: row.audio
      .map(({ speaker, type, text }) => ({
        speaker: clampText(modelText(speaker), MAX.speaker),
        type,
        text: type === 'vo' || type === 'dialog' ? withoutLabel(modelText(text)) : modelText(text),
      }))
      .filter(({ text }) => text !== ''),
    on_screen_text: onScreen || null,
    duration_s: seconds(row.duration_s),
  }
}

const draftScene = (scene: z.infer<typeof ModelScene>): DraftScene => ({
  heading: clampText(modelText(scene.heading), MAX.heading),
  beat: scene.beat,
  rows: scene.rows
    .map(draftRow)
    .filter(({ visual, audio, on_screen_text }) => visual !== '' || audio.length > 0 || on_screen_text !== null),
})

const pathsOf = (error: z.ZodError): string =>
  error.issues
    .slice(0, 5)
    .map(
      ({ path, code }) =>
        `/${path.filter((p) => typeof p === 'number' || /^[a-z_]{1,20}$/.test(String(p))).join('/')} ${code}`,
    )
    .join(', ')

/**
 * A model's answer as a script ready to store. What the request fixes wins over what the model wrote; texts are cleaned,
 * short ones clamped, empty rows and scenes dropped.
 * @param output parsed JSON, untrusted
 * @param known texts beside the order that its facts may come from
 * @throws DraftError when it is no script: another shape, nothing in it, or larger than the store takes
 */
export function toDraft(
  output: unknown,
  request: GenerationRequest,
  { is_demo = false, known = [] }: { readonly is_demo?: boolean; readonly known?: readonly string[] } = {},
): ScriptDraft {
  const parsed = ModelScript.extend({ hook_variants: ModelHooks.catch([]).default([]) }).safeParse(output)
  if (!parsed.success) throw new DraftError(`not the asked shape: ${pathsOf(parsed.error)}`)
  const model = parsed.data
  // Before any cleaning, which costs time: twice the limit, as marks and spaces will go.
  if (bytes(model) > 2 * MAX_DRAFT_BYTES) throw new DraftError(`larger than ${MAX_DRAFT_BYTES} bytes`)
  const scenes = model.scenes.map(draftScene).filter(({ rows }) => rows.length > 0)
  if (scenes.length === 0) throw new DraftError('the script is empty')
  const stored = StoredScenes.safeParse(scenes)
  if (!stored.success) throw new DraftError(`out of bounds: ${pathsOf(stored.error)}`)

  const spoken =
    scenes
      .flatMap(({ rows }) => rows)
      .flatMap(({ audio }) => audio)
      .find(({ type }) => type === 'vo' || type === 'dialog')?.text ?? ''
  const hook = clampText(modelText(model.hook) || spoken, MAX.line)
  const asked = Math.min(request.hooks ?? 0, MAX_HOOKS)
  const variants = asked === 0 ? [] : variantsWith(hook, model.hook_variants, asked)
  const title = clampText(oneLine(modelText(model.title) || hook || scenes[0]!.heading), MAX.title)
  if (title === '') throw new DraftError('the script has no title')
  const draft: ScriptDraft = {
    title,
    description: clampText(modelText(model.description ?? ''), MAX.description) || null,
    ...requestFacts(request),
    tone: (request.tone ?? model.tone)
      .map((t) => clampText(modelText(t), MAX.tone))
      .filter(Boolean)
      .slice(0, MAX.tones),
    audience: clampText(plainText(request.audience ?? '') || modelText(model.audience), MAX.line),
    hook,
    ...(variants.length > 0 && { hook_variants: variants }),
    cta: clampText(plainText(request.cta ?? '') || modelText(model.cta), MAX.line),
    scenes,
    ...(request.must_include && { must_include: request.must_include }),
    ...(request.must_avoid && { must_avoid: request.must_avoid }),
    order_facts: orderFacts(request, known),
    laws: lawsOf(request, scenes),
    ...(request.reading_ms_per_char && { reading_ms_per_char: request.reading_ms_per_char }),
    is_demo,
  }
  if (bytes(draft) > MAX_DRAFT_BYTES) throw new DraftError(`larger than ${MAX_DRAFT_BYTES} bytes`)
  return draft
}

/** The script's own hook is one of those to choose from, the first. */
function variantsWith(hook: string, written: readonly HookVariant[], count: number): HookVariant[] {
  const own = written.find(({ text }) => modelText(text) === hook)
  const others = written.filter((variant) => variant !== own)
  return hookVariants([own ?? { mechanism: mechanismOf(hook), text: hook }, ...others], count)
}

/** What an order states exactly, word for word and once each. */
function orderFacts(request: GenerationRequest, known: readonly string[] = []): string[] {
  const { brief, audience = '', cta = '', must_include = [] } = request
  const { target_duration_s: seconds } = requestFacts(request)
  return factsIn([brief, audience, cta, ...must_include, ...known, `${seconds} s`])
}

/** The rows of the advertising law that an order and its script likely call for; none when it orders no advertising. */
export function lawsOf(request: GenerationRequest, scenes: readonly Pick<DraftScene, 'rows'>[]): LawId[] {
  const { kind, platform, language } = requestFacts(request)
  if (!isAdvertising(kind) && !ordersAdvertising(request)) return []
  const { brief, cta = '', must_include = [] } = request
  const heard = scenes.flatMap(({ rows }) => rows).flatMap((row) => row.audio.map(({ text }) => text))
  return lawsFor({ language, platform, texts: [brief, cta, ...must_include, ...heard] }).map(({ id }) => id)
}

/**
 * Scenes that a model wrote alone, cleaned and within bounds.
 * @throws DraftError when there is nothing in them
 */
export function toScenes(written: readonly z.infer<typeof ModelScene>[]): DraftScene[] {
  const scenes = written.map(draftScene).filter(({ rows }) => rows.length > 0)
  if (scenes.length === 0) throw new DraftError('the scenes are empty')
  const stored = StoredScenes.safeParse(scenes)
  if (!stored.success) throw new DraftError(`out of bounds: ${pathsOf(stored.error)}`)
  if (bytes(scenes) > MAX_DRAFT_BYTES) throw new DraftError(`larger than ${MAX_DRAFT_BYTES} bytes`)
  return scenes
}

/**
 * An answer in the asked shape.
 * @throws DraftError that names fields, never their text
 */
export function inShape<S extends z.ZodObject>(schema: S, output: unknown): z.infer<S> {
  const parsed = schema.safeParse(output)
  if (!parsed.success) throw new DraftError(`not the asked shape: ${pathsOf(parsed.error)}`)
  return parsed.data
}

const bytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value))
const oneLine = (text: string): string => text.replace(/\s+/g, ' ')

/** Scenes to store: each scene and row with a fresh id, nothing locked. `newId` gives UUIDv7 strings. */
export const withIds = (scenes: readonly DraftScene[], newId: () => string): Scene[] =>
  scenes.map(({ rows, ...scene }) => ({
    id: newId(),
    ...scene,
    locked: false,
    rows: rows.map((row) => ({ id: newId(), ...row })),
  }))
