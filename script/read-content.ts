import { spokenSeconds, type Reading } from './duration.ts'
import { renderContent } from './render.ts'
import { BEATS, isSpoken, MAX_ROWS, type Row, Scene, type Audio } from './script.ts'

const HEADING = /^\d{1,4}\.(?: (.{1,200}))? \[([a-z]+)\]$/u
const LINE = /^(VIDEO|TEXT|AUDIO(?: \((dialog|sfx|music)\))?): (.*)$/u
/** Planned seconds of a row without speech that was not there before. Ours: a picture that is looked at. */
const SILENT_S = 3

interface Options {
  readonly reading: Reading
  /** The scenes that the scenario has now: rows that are still there keep all that `content` does not show. */
  readonly known: readonly Scene[]
  /** Gives UUIDv7 strings. */
  readonly newId: () => string
}

/**
 * `speaker: words`. A name is at most 100 characters and has no colon; before words without a speaker stands a colon alone where they
 * have one.
 */
function readAudio(type: Audio['type'], text: string): Audio {
  const colon = text.startsWith(': ') ? 0 : text.indexOf(': ')
  if (colon < 0 || colon > 100) return { speaker: '', type, text }
  return { speaker: text.slice(0, colon), type, text: text.slice(colon + 2) }
}

/** A block whose every line has a label. */
function readRow(block: string): Omit<Row, 'id' | 'duration_s'> | undefined {
  let visual = ''
  let on_screen_text: string | null = null
  const audio: Audio[] = []
  for (const line of block.split('\n')) {
    const [, label, type, text] = LINE.exec(line) ?? []
    if (label === undefined || text === undefined) return undefined
    if (label === 'VIDEO') visual = text
    else if (label === 'TEXT') on_screen_text = text
    else audio.push(readAudio(type === 'dialog' || type === 'sfx' || type === 'music' ? type : 'vo', text))
  }
  return { visual, audio, on_screen_text }
}

/** Things of a script by what `content` shows of them; each is given out once. */
function byText<T>(things: readonly T[], textOf: (thing: T) => string): (text: string) => T | undefined {
  const kept = new Map<string, T[]>()
  for (const thing of things) kept.set(textOf(thing), [...(kept.get(textOf(thing)) ?? []), thing])
  return (text) => kept.get(text)?.shift()
}

const rowText = (row: Row): string => renderContent([{ heading: '', beat: 'free', rows: [row] }])

/**
 * Scenes from a text that `renderContent` could have made: numbered headings with their beat, rows of `VIDEO:`, `AUDIO:` and `TEXT:`
 * lines, paragraphs that are spoken. Undefined for any other text, and for one whose parts are larger than a script's may be.
 */
export function readContent(text: string, { reading, known, newId }: Options): Scene[] | undefined {
  const blocks = text.split(/\n[^\S\n]*\n/).map((block) => block.trim())
  const isOurs = (block: string) => {
    const beat = HEADING.exec(block)?.[2]
    return (beat !== undefined && BEATS.some((b) => b === beat)) || readRow(block) !== undefined
  }
  if (!blocks.some(isOurs)) return undefined
  const knownScene = byText(known, ({ heading, beat }) => `${heading.replace(/\s+/g, ' ').trim()} [${beat}]`)
  const knownRow = byText(
    known.flatMap(({ rows }) => rows),
    rowText,
  )
  const scenes: Scene[] = []
  for (const block of blocks.filter(Boolean)) {
    const [, heading = '', sent] = HEADING.exec(block) ?? []
    const beat = BEATS.find((b) => b === sent)
    if (beat) {
      const same = knownScene(`${heading} [${beat}]`)
      scenes.push(begun(same, { id: newId(), heading: same?.heading ?? heading, beat }))
      continue
    }
    if (scenes.length === 0) {
      scenes.push(begun(knownScene(' [free]'), { id: newId(), heading: '', beat: 'free' }))
    }
    const row = knownRow(block) ?? newRow(block, reading, newId)
    scenes.at(-1)!.rows.push({ ...row })
  }
  const rows = scenes.reduce((sum, scene) => sum + scene.rows.length, 0)
  return rows <= MAX_ROWS && scenes.every((scene) => Scene.safeParse(scene).success) ? scenes : undefined
}

/** A scene without rows, with what a text does not say as the same one has it. */
const begun = (same: Scene | undefined, said: Pick<Scene, 'id' | 'heading' | 'beat'>): Scene => ({
  ...said,
  id: same?.id ?? said.id,
  locked: same?.locked ?? false,
  rows: [],
  ...(same?.written_from !== undefined && { written_from: same.written_from }),
})

function newRow(block: string, reading: Reading, newId: () => string): Row {
  const read = readRow(block) ?? {
    visual: '',
    audio: [{ speaker: '', type: 'vo' as const, text: block }],
    on_screen_text: null,
  }
  const spoken = read.audio.filter(isSpoken).reduce((sum, { text }) => sum + spokenSeconds(text, reading), 0)
  return { id: newId(), ...read, duration_s: Math.min(3_600, Math.round((spoken || SILENT_S) * 10) / 10) }
}
