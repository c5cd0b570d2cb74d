import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { FORMATS, type Exported, type ExportOptions, type Format } from '../../exports/format.ts'
import { render } from '../../exports/render.ts'

const PYTHON = join(homedir(), '.cache/scenor/readers-2/bin/python')
const PROGRAM = fileURLToPath(new URL('./read.py', import.meta.url))

interface Timed {
  readonly pysrt: readonly Cue[]
  readonly pysubs2: readonly Cue[]
  readonly webvtt: readonly Cue[]
  readonly ffmpeg: readonly Cue[]
}
/** Milliseconds, milliseconds, text. */
export type Cue = readonly [start: number, end: number, text: string]
type PdfWord = readonly [xMin: number, yMin: number, xMax: number, yMax: number, text: string]
export interface Read {
  docx: {
    readonly author: string
    readonly paragraphs: readonly string[]
    readonly rows: readonly (readonly string[])[]
  }
  fdx: readonly (readonly [type: string, text: string])[]
  csv: readonly (readonly string[])[]
  md: { readonly blocks: readonly (readonly [kind: string, text: string])[]; readonly links: readonly string[] }
  pdf: readonly { readonly width: number; readonly height: number; readonly words: readonly PdfWord[] }[]
  srt: Timed
  vtt: Timed
}

/**
 * What independent programs read in these scripts' files: poppler, cmark-gfm, ffmpeg, python-docx, lxml, pysrt, pysubs2, webvtt-py,
 * Python's csv.
 */
export async function read<K extends keyof Read>(
  kind: K,
  docs: readonly Exported[],
  format: Format = kind,
  options: ExportOptions = {},
): Promise<Read[K][]> {
  if (!existsSync(PYTHON)) throw new Error('the programs that read exports are missing: run .ci/install-readers.sh')
  const folder = await mkdtemp(join(tmpdir(), 'scenor-read-'))
  try {
    const jobs: { kind: K; path: string }[] = []
    for (const [i, doc] of docs.entries()) {
      const path = join(folder, `${i}.${FORMATS[format].ending}`)
      await writeFile(path, await render(format, doc, options))
      jobs.push({ kind, path })
    }
    return await new Promise((resolve, reject) => {
      const child = execFile(PYTHON, [PROGRAM], { maxBuffer: 512 * 1024 * 1024 }, (error, stdout) =>
        error ? reject(error) : resolve(JSON.parse(stdout)),
      )
      child.stdin!.end(JSON.stringify(jobs))
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
