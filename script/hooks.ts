import { clampText, modelText } from './clean.ts'
import { fold } from './fold.ts'
import type { HookMechanism, HookVariant } from './hook-mechanisms.ts'
import { isSpoken, type Audio, type DraftScene } from './script.ts'
import { heard, MIN_SAID, shareSaid } from './claims/said.ts'

/** The mechanism that a sentence shows by itself, for hooks that nobody labelled. */
export function mechanismOf(hook: string): HookMechanism {
  if (/\?["»”)]*\s*$/u.test(hook)) return 'question'
  if (/\d/.test(hook)) return 'number'
  if (/^(?:представьте|вообразите|imagine|picture)(?!\p{L})/iu.test(hook)) return 'image'
  if (/(?:^|[,:—–] )(?:не|а не|not) |(?<!\p{L})(?:но|but|instead|вместо)(?!\p{L})/iu.test(hook)) return 'contrast'
  if (/(?<!\p{L})(?:я|мы|меня|мне|однажды|вчера|I|we|me|once|yesterday)(?!\p{L})/u.test(hook)) return 'story'
  return 'claim'
}

/** What a person may ask for. */
export const MAX_HOOKS = 3
const MAX_HOOK = 500

/** Variants fit to store: cleaned, one a mechanism, no two alike, at most `count`; the best come first. */
export function hookVariants(written: readonly HookVariant[], count: number): HookVariant[] {
  const seen = new Set<string>()
  return written
    .map(({ mechanism, text }) => ({ mechanism, text: clampText(modelText(text).replace(/\s+/g, ' '), MAX_HOOK) }))
    .filter(({ mechanism, text }) => {
      const key = fold(text).replace(/[^\p{L}\p{N}]/gu, '')
      if (key === '' || seen.has(mechanism) || seen.has(key)) return false
      seen.add(mechanism).add(key)
      return true
    })
    .slice(0, count)
}

interface Spoken {
  readonly rows: readonly { readonly audio: readonly Audio[] }[]
}

/** A sentence with its end, as far as the first mark that ends one; «3.5» and «scenor.ru» have none. */
const FIRST_SENTENCE = /^[\s\S]*?(?:[.!?…]+["»”)]*(?=\s|$)|$)/u
const alike = (text: string): string =>
  fold(text)
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
const ended = (text: string): string => (/[.!?…]["»”)]*$/u.test(text) ? text : `${text}.`)

/**
 * The scenes with this hook as the first spoken words: it replaces the first spoken sentence, or the hook that stood there. Scenes
 * that begin with it already, and those in which nobody speaks, stay as they are.
 */
export function openWith<S extends Spoken>(scenes: readonly S[], hook: string, before?: string): S[] {
  if (alike(hook) === '') return [...scenes]
  let done = false
  return scenes.map((scene): S => {
    if (done || !scene.rows.some((row) => row.audio.some((a) => isSpoken(a) && a.text.trim() !== ''))) return scene
    return {
      ...scene,
      rows: scene.rows.map((row) => ({
        ...row,
        audio: row.audio.map((audio) => {
          if (done || !isSpoken(audio) || audio.text.trim() === '') return audio
          done = true
          return { ...audio, text: opened(audio.text.trim(), hook.trim(), before?.trim()) }
        }),
      })),
    }
  })
}

function opened(text: string, hook: string, before: string | undefined): string {
  if (alike(text).startsWith(alike(hook))) return text
  const old = before && text.startsWith(before) ? before : FIRST_SENTENCE.exec(text)![0]
  return `${ended(hook)} ${text.slice(old.length).replace(/^[\s.!?…]+/u, '')}`.trim()
}

/**
 * The scenes with this call to action at the end, where the last scene neither says nor shows it: it is added to the last spoken
 * words, or shown where nobody speaks.
 */
export function closeWith(scenes: readonly DraftScene[], cta: string): DraftScene[] {
  const last = scenes.at(-1)
  if (!last || alike(cta) === '') return [...scenes]
  const words = last.rows.flatMap((row) => [row.on_screen_text ?? '', ...row.audio.filter(isSpoken).map((a) => a.text)])
  if (shareSaid(cta)(heard(words.join('\n'))) >= MIN_SAID) return [...scenes]
  const at = last.rows.findLastIndex(({ audio }) => audio.some(isSpoken))
  const rows = last.rows.map((row, i) => {
    if (at === -1) return i === last.rows.length - 1 ? { ...row, on_screen_text: cta } : row
    if (i !== at) return row
    const spoken = row.audio.findLastIndex(isSpoken)
    return {
      ...row,
      audio: row.audio.map((audio, n) =>
        n === spoken ? { ...audio, text: `${ended(audio.text.trim())} ${ended(cta)}` } : audio,
      ),
    }
  })
  return [...scenes.slice(0, -1), { ...last, rows }]
}
