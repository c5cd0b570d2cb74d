/** What is counted: rows of these tables. */
const KINDS = ['users', 'scenarios', 'tags', 'comments', 'shares'] as const
export type Kind = (typeof KINDS)[number]
type What = 'new' | 'changed' | 'there'
const WORDS = ['new', 'changed', 'there', 'adapted', 'skipped'] as const

/** What came of the rows, by table. Reasons name old ids only: no address, no text. */
export interface Report {
  count(kind: Kind, what: What): void
  /** It changed in the monolith since the last run, and this was done. */
  change(kind: Kind, oldId: number | string, how: string): void
  /** Taken over, but not as it was. */
  note(kind: Kind, oldId: number | string, why: string): void
  skip(kind: Kind, oldId: number | string, why: string): void
  readonly skipped: number
  /** How many of all tables are new or were there. */
  readonly total: number
  /** The numbers of every table. */
  table(): string
  /** The numbers, and the first lines. */
  print(): string
}

/** What of a report is told row by row. */
type Telling = Pick<Report, 'count' | 'change' | 'note' | 'skip'>

/** A report of rows that may yet be undone: it is told when they are written. */
export function deferred(report: Report): { readonly report: Report; readonly tell: () => void } {
  const told: (() => void)[] = []
  const later =
    <K extends keyof Telling>(how: K) =>
    (...words: Parameters<Telling[K]>) =>
      void told.push(() => (report[how] as (...all: Parameters<Telling[K]>) => void)(...words))
  const telling: Telling = {
    count: later('count'),
    change: later('change'),
    note: later('note'),
    skip: later('skip'),
  }
  return { report: Object.assign(Object.create(report) as Report, telling), tell: () => told.forEach((one) => one()) }
}

/** Lines that a person reads on a terminal; the whole report is a file. */
const MAX_LINES = 20

/** @param keep gets every line of the whole report as it comes: it may be longer than what memory holds */
export function createReport(keep: (line: string) => void = () => {}): Report {
  const counts = new Map<string, number>()
  const first: string[] = []
  let lines = 0
  const add = (kind: Kind, what: (typeof WORDS)[number]) =>
    counts.set(`${kind} ${what}`, (counts.get(`${kind} ${what}`) ?? 0) + 1)
  const say = (what: string, kind: Kind, oldId: number | string, why: string) => {
    const line = `  ${what} ${kind} ${oldId}: ${why}`
    if (lines++ < MAX_LINES) first.push(line)
    keep(line)
  }
  const sum = (word: string) => KINDS.reduce((n, kind) => n + (counts.get(`${kind} ${word}`) ?? 0), 0)
  const table = () =>
    KINDS.filter((kind) => kind !== 'tags' || WORDS.some((what) => counts.has(`tags ${what}`)))
      .map(
        (kind) =>
          `${kind.padEnd(10)} ${WORDS.map((what) => `${counts.get(`${kind} ${what}`) ?? 0} ${what}`).join(', ')}`,
      )
      .join('\n')
  return {
    count: (kind, what) => void add(kind, what),
    change: (kind, oldId, how) => {
      add(kind, 'changed')
      say('changed', kind, oldId, how)
    },
    note: (kind, oldId, why) => {
      add(kind, 'adapted')
      say('adapted', kind, oldId, why)
    },
    skip: (kind, oldId, why) => {
      add(kind, 'skipped')
      say('skipped', kind, oldId, why)
    },
    get skipped() {
      return sum('skipped')
    },
    get total() {
      return sum('new') + sum('changed') + sum('there')
    },
    table,
    print: () => [table(), ...first, ...(lines > MAX_LINES ? [`  … and ${lines - MAX_LINES} more`] : [])].join('\n'),
  }
}
