import type { ParseArgsOptionDescriptor } from 'node:util'
import type { Texts } from '../../language.ts'
import { FILTER_OPTIONS } from './filter.ts'
import type { Command } from './told.ts'

type Options = Readonly<Record<string, ParseArgsOptionDescriptor>>

/** A command as its help tells it, and how it is called. Its code is loaded when wanted: the Temporal worker alone takes half a second. */
export interface CommandEntry {
  /** What follows its name. */
  readonly words: string
  /** How many words there may be; options that choose may stand for them. */
  readonly least: number
  readonly most: number
  readonly options?: Options
  /** In a line, English and Russian. */
  readonly about: Texts
  /** More lines of its help, the same in every language: options and examples. */
  readonly more?: readonly string[]
  readonly load: () => Promise<Command>
}

const flag = { type: 'boolean' } as const
const word = { type: 'string' } as const
const CHOOSING = '[--code C] [--stage S] [--provider P] [--owner ID] [--since 24h] [--limit N]'
const DOING = '--yes --reason "<why>"'

export const CATALOGUE: Readonly<Record<string, CommandEntry>> = {
  find: {
    words: `<id | request | trace | person | scenario | workflow | run> | ${CHOOSING}`,
    ...{ least: 0, most: 1, options: FILTER_OPTIONS },
    about: [
      'operations of any service by what somebody has of them; 8 characters of an id are enough',
      'операции любого сервиса по тому, что о них известно; от id хватит 8 знаков',
    ],
    more: ['  replay find 019f3b2a', '  replay find --code ai.timeout --since 2h --provider openai'],
    load: async () => (await import('./commands/find.ts')).find,
  },
  list: {
    words: `${CHOOSING} [--status failed|open|succeeded|cancelled]`,
    ...{ least: 0, most: 0, options: FILTER_OPTIONS },
    about: [
      'failed and open operations of ai with reasons, stuck ones first, and counts',
      'неудачные и открытые операции ai с причинами, застрявшие первыми, и их число',
    ],
    more: ['  --since takes 90m, 24h, 7d (the default) or a time'],
    load: async () => (await import('./commands/list.ts')).list,
  },
  show: {
    ...{ words: '<id>', least: 1, most: 1 },
    about: [
      'all that is known of one: calls, prompts, answers, checks, executions (people’s words!)',
      'всё об одной: вызовы, промпты, ответы, проверки, исполнения (слова людей!)',
    ],
    load: async () => (await import('./commands/show.ts')).show,
  },
  run: {
    words: `<id… | file.json…> | --open | ${CHOOSING}`,
    ...{ least: 0, most: Infinity, options: { ...FILTER_OPTIONS, open: flag } },
    about: [
      'replays histories against this working tree; ends with 1 where one diverges',
      'проигрывает истории на этом дереве кода; код выхода 1, если хоть одна расходится',
    ],
    more: ['  --open   every open execution: the gate before a deployment'],
    load: async () => (await import('./commands/run.ts')).run,
  },
  step: {
    words: '<id> [step] [--provider NAME] [--prompt VERSION | file.md]',
    ...{ least: 1, most: 2, options: { provider: word, prompt: word } },
    about: [
      'a model call again (default: the last one), and what differs from its answer on record; writes nothing',
      'вызов модели ещё раз (по умолчанию последний) и отличия от записанного ответа; ничего не пишет',
    ],
    more: [
      '  --provider demo   asks no model',
      '  --prompt 2, --prompt edited.md   another version of its prompt, or an edited one',
    ],
    load: async () => (await import('./commands/step.ts')).step,
  },
  compare: {
    ...{ words: '<id> <id>', least: 2, most: 2 },
    about: ['two runs beside each other (people’s words!)', 'два запуска рядом (слова людей!)'],
    load: async () => (await import('./commands/compare.ts')).compare,
  },
  retry: {
    words: `<id…> | ${CHOOSING}  [${DOING}] [--cap 20] [--jitter 10]`,
    ...{ least: 0, most: Infinity, options: { ...FILTER_OPTIONS, yes: flag, reason: word, cap: word, jitter: word } },
    about: [
      'lets production finish failed ones; a dry run without --yes',
      'даёт работающей системе доделать неудачные; без --yes только показывает',
    ],
    load: async () => (await import('./commands/retry.ts')).retry,
  },
  unstick: {
    words: `<id> [--end] [--force] [${DOING}]`,
    ...{ least: 1, most: 1, options: { end: flag, force: flag, yes: flag, reason: word } },
    about: [
      'moves one that is stuck: sets it back to its first step, what is paid for is kept; a dry run without --yes',
      'сдвигает застрявшую: возвращает к первому шагу, оплаченное остаётся; без --yes только показывает',
    ],
    more: [
      '  --end     it fails as internal.error instead; retry uses what was paid for',
      '  --force   also one that moves',
    ],
    load: async () => (await import('./commands/unstick.ts')).unstick,
  },
  export: {
    words: '<id> [file] | <id> --test FOLDER',
    ...{ least: 1, most: 2, options: { test: word } },
    about: [
      'the history without a person’s words, for test/replay/releases/; or a fixture with a test that fails',
      'история без слов людей, для test/replay/releases/; или набор данных с падающим тестом',
    ],
    load: async () => (await import('./commands/export.ts')).exportRun,
  },
}
