import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { LANGUAGES } from '../../language.ts'
import type { SpokenLanguage } from '../../script/language.ts'
import type { Message } from '../../llm/task.ts'
import type { PROMPTS } from '../../writing/prompts.ts'
import { ReplayError } from './replay-error.ts'

/** A version of a prompt's file. */
export interface PromptFile {
  readonly language: SpokenLanguage
  readonly version: number
  /** SHA-256 of the file, as calls record it. */
  readonly hash: string
  /** What stands in the message. */
  readonly text: string
}
type Name = keyof typeof PROMPTS

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const pathOf = (name: Name, language: SpokenLanguage) => `writing/prompts/${language}/${name}.md`
const HEADER = /^version: (\d+)\n\n/

const promptFile = (file: string, language: SpokenLanguage): PromptFile => ({
  language,
  version: Number(HEADER.exec(file)?.[1] ?? NaN),
  hash: createHash('sha256').update(file).digest('hex'),
  text: file.replace(HEADER, '').trimEnd(),
})

/** All versions of a prompt: of the working tree, then of git's history, where there is one, the newest first. */
async function* versionsOf(name: Name): AsyncGenerator<PromptFile> {
  for (const language of LANGUAGES)
    yield promptFile(await readFile(new URL(`../../${pathOf(name, language)}`, import.meta.url), 'utf8'), language)
  const git = async (...args: string[]) =>
    promisify(execFile)('git', args, { cwd: ROOT }).then(
      ({ stdout }) => stdout,
      () => '',
    )
  for (const language of LANGUAGES)
    for (const commit of (await git('log', '--format=%H', '--', pathOf(name, language))).split('\n').filter(Boolean)) {
      const file = await git('show', `${commit}:./${pathOf(name, language)}`)
      if (file !== '') yield promptFile(file, language)
    }
}

async function versionThat(name: Name, fits: (file: PromptFile) => boolean): Promise<PromptFile | undefined> {
  for await (const file of versionsOf(name)) if (fits(file)) return file
  return undefined
}

/**
 * The recorded messages with another prompt in them: what an order adds to it stays as it was.
 * @param wanted a version's number, or the path of an edited prompt
 * @throws ReplayError
 */
export async function withPrompt(
  recorded: { readonly name: Name; readonly hash: string; readonly messages: readonly Message[] },
  wanted: string,
): Promise<{ readonly prompt: PromptFile; readonly messages: readonly Message[] }> {
  const { name, hash, messages } = recorded
  const before = await versionThat(name, (file) => file.hash === hash)
  const [system, ...others] = messages
  if (!before || system?.role !== 'system' || !system.content.startsWith(before.text))
    throw new ReplayError(
      `The prompt "${name}" ${hash.slice(0, 12)} that this call was made with is neither in this working tree nor in its history, so that no other can take its place.`,
    )
  const prompt = /^\d+$/.test(wanted)
    ? await versionThat(name, ({ language, version }) => language === before.language && version === Number(wanted))
    : promptFile(await edited(wanted), before.language)
  if (!prompt) throw new ReplayError(`There is no version ${wanted} of the prompt "${name}" (${before.language}) here.`)
  return {
    prompt,
    messages: [{ ...system, content: prompt.text + system.content.slice(before.text.length) }, ...others],
  }
}

const edited = (path: string): Promise<string> =>
  readFile(path, 'utf8').catch(() => {
    throw new ReplayError(`${path} cannot be read: --prompt takes a version's number, or the path of an edited prompt`)
  })
