import { toDocx } from './docx.ts'
import type { Exported, ExportOptions, Format } from './format.ts'
import { toPdf } from './pdf.ts'
import { toPrompter } from './prompter.ts'
import { toFinalDraft, toFountain } from './screenplay.ts'
import { toCsv, toShotList } from './shot-list.ts'
import { toSrt, toVtt } from './subtitles.ts'
import { toJson, toMarkdown, toPlainText } from './texts.ts'

const WRITERS: Record<Format, (doc: Exported, options: ExportOptions) => string | Buffer | Promise<Buffer>> = {
  md: toMarkdown,
  txt: toPlainText,
  json: toJson,
  fountain: toFountain,
  fdx: toFinalDraft,
  pdf: toPdf,
  docx: toDocx,
  srt: toSrt,
  vtt: toVtt,
  csv: toCsv,
  prompter: toPrompter,
  shotlist: toShotList,
}

/** The bytes of a version in a format: the same for the same version and options. */
export async function render(format: Format, doc: Exported, options: ExportOptions = {}): Promise<Buffer> {
  const made = await WRITERS[format](doc, options)
  return typeof made === 'string' ? Buffer.from(made) : made
}
