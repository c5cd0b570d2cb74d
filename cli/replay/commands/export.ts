import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fetchHistory, redacted } from '../history.ts'
import { requireOperation } from '../operations.ts'
import { ReplayError } from '../replay-error.ts'
import { runFixture, testFile } from '../fixture.ts'
import { text, type Command } from '../told.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const NOBODY = '00000000-0000-4000-8000-000000000000'

/**
 * The history of a run without a person's words, which replays; with --test its order and calls too, and a test that has them done again
 * and wants them to go well: it fails until the cause is mended.
 */
export const exportRun: Command = async ({ installation, words: [word = '', file], values }) => {
  if (installation.keysMissing !== undefined)
    throw new ReplayError(`The history cannot be read: ${installation.keysMissing}`)
  const { id } = await requireOperation(installation.databases, word)
  const kept = await redacted(await fetchHistory(installation, id), NOBODY, installation.keys)
  const folder = text(values, 'test')
  const written =
    folder === undefined
      ? [[file ?? (await defaultPath(id)), kept] as const]
      : await testOf(join(folder, nameOf(id)), await runFixture(installation, id, kept))
  for (const [path, content] of written) {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, typeof content === 'string' ? content : `${JSON.stringify(content, null, 1)}\n`)
  }
  const files = written.map(([path]) => path)
  return {
    json: { id, files },
    lines: [
      ...files,
      'no payload, identity or address is left in it',
      ...(folder === undefined ? [] : ['', `Next: npm test -- ${files.find((path) => path.endsWith('.ts'))}`]),
    ],
  }
}

const nameOf = (id: string) => `${id.slice(0, id.indexOf('-'))}-${id.slice(-8)}`

async function defaultPath(id: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { version: string }
  return join('test/replay/releases', version, `${nameOf(id)}.json`)
}

const testOf = async (base: string, fixture: Awaited<ReturnType<typeof runFixture>>) =>
  [
    [`${base}.json`, fixture],
    [`${base}.test.ts`, testFile(base, fixture)],
  ] as const
