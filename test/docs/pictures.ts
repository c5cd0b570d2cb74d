/**
 * `npm run docs:pictures`: draws docs/pictures/ anew, what exports look like. Needs on the PATH: pdftoppm (poppler-utils), soffice
 * (libreoffice-writer) and chromium; fonts-liberation stands in for Arial.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Exported } from '../../exports/format.ts'
import { toRedlineHtml } from '../../exports/redline/html.ts'
import { redline } from '../../exports/redline/redline.ts'
import { render } from '../../exports/render.ts'
import { CONTENT_FIELDS, pick } from '../../script/fields.ts'
import { EDITED, ENGLISH, RUSSIAN } from './pictured.ts'

const PICTURES = fileURLToPath(new URL('../../docs/pictures/', import.meta.url))
const MAX_BYTES = 150_000
/** Pixels to an inch: an A4 page becomes 579 wide. */
const DPI = '70'

const folder = mkdtempSync(join(tmpdir(), 'scenor-pictures-'))
const run = (program: string, args: readonly string[]) =>
  execFileSync(program, args, { cwd: folder, stdio: ['ignore', 'ignore', 'ignore'], timeout: 120_000 })
const put = (name: string, bytes: Buffer | string): string => {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return path
}

/** A page of a PDF. Ours have nothing but greys, which take a third of the bytes. */
function picture(pdf: string, name: string, page: number, colours: readonly string[] = ['-gray']): void {
  const pages = ['-f', String(page), '-l', String(page)]
  run('pdftoppm', ['-png', '-singlefile', '-r', DPI, ...colours, ...pages, pdf, join(PICTURES, name)])
}

/** Chromium with a page of ours. */
function browse(html: string, how: readonly string[]): void {
  const quiet = ['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--no-pdf-header-footer']
  run('chromium', [...quiet, `--user-data-dir=${join(folder, 'profile')}`, ...how, `file://${html}`])
}

async function draw(): Promise<void> {
  const pdf = async (doc: Exported, name: string) => put(`${name}.pdf`, await render('pdf', doc))
  const russian = await pdf(RUSSIAN, 'russian')
  picture(russian, 'pdf', 1)
  picture(russian, 'pdf-next-page', 2)
  picture(await pdf(ENGLISH, 'english'), 'pdf-english', 1)
  const drawn = put('drawn.pdf', await render('pdf', RUSSIAN, { storyboard: true }))
  picture(drawn, 'pdf-storyboard', 1)

  const docx = put('word.docx', await render('docx', RUSSIAN))
  run('soffice', [`-env:UserInstallation=file://${folder}/office`, '--headless', '--convert-to', 'pdf', docx])
  picture(join(folder, 'word.pdf'), 'docx', 1)

  const prompter = put('prompter.html', await render('prompter', RUSSIAN))
  browse(prompter, ['--window-size=1000,640', `--screenshot=${join(PICTURES, 'prompter.png')}`])

  const [before, after] = [pick(RUSSIAN, CONTENT_FIELDS), pick(EDITED, CONTENT_FIELDS)]
  const changes = redline({ from: 4, to: 5, before, after, is_demo: false }, 'ru')
  const printed = join(folder, 'changes.pdf')
  browse(put('changes.html', toRedlineHtml(changes)), [`--print-to-pdf=${printed}`])
  picture(printed, 'changes', 1, [])
}

mkdirSync(PICTURES, { recursive: true })
try {
  await draw()
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}
for (const name of ['pdf', 'pdf-next-page', 'pdf-english', 'pdf-storyboard', 'docx', 'prompter', 'changes']) {
  const { size } = statSync(join(PICTURES, `${name}.png`))
  if (size > MAX_BYTES) throw new Error(`docs/pictures/${name}.png has ${size} bytes, more than ${MAX_BYTES}`)
  process.stdout.write(`docs/pictures/${name}.png ${Math.round(size / 1_000)} kB\n`)
}
