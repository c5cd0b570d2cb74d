import { toDocx } from './docx.ts'
import type { Exported, Format } from './format.ts'
import { toPdf } from './pdf.ts'
import { toFinalDraft, toFountain } from './screenplay.ts'
import { toCsv } from './shot-list.ts'
import { toSrt, toVtt } from './subtitles.ts'
import { toJson, toMarkdown, toPlainText } from './texts.ts'

const WRITERS: Record<Format, (doc: Exported) => string | Buffer | Promise<Buffer>> = {
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
}

/** The bytes of a version in a format: the same for the same version. */
export async function render(format: Format, doc: Exported): Promise<Buffer> {
  const made = await WRITERS[format](doc)
  return typeof made === 'string' ? Buffer.from(made) : made
}
