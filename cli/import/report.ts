type Kind = 'users' | 'scenarios' | 'comments' | 'shares'

/** What came of the rows, by table. Reasons name old ids only: no address, no text. */
export interface Report {
  count(kind: Kind, what: 'new' | 'there' | 'changed'): void
  /** Taken over, but not as it was. */
  note(kind: Kind, oldId: number | string, why: string): void
  skip(kind: Kind, oldId: number | string, why: string): void
  readonly skipped: number
  print(): string
}

const MOST_LINES = 20

export function createReport(): Report {
  const counts = new Map<string, number>()
  const lines: string[] = []
  const add = (key: string) => counts.set(key, (counts.get(key) ?? 0) + 1)
  let skipped = 0
  return {
    count: (kind, what) => void add(`${kind} ${what}`),
    note: (kind, oldId, why) => {
      add(`${kind} adapted`)
      lines.push(`  adapted ${kind} ${oldId}: ${why}`)
    },
    skip: (kind, oldId, why) => {
      skipped++
      add(`${kind} skipped`)
      lines.push(`  skipped ${kind} ${oldId}: ${why}`)
    },
    get skipped() {
      return skipped
    },
    print: () => {
      const table = (['users', 'scenarios', 'comments', 'shares'] as const).map((kind) => {
        const of = (what: string) => `${counts.get(`${kind} ${what}`) ?? 0} ${what}`
        return `${kind.padEnd(10)} ${['new', 'changed', 'there', 'adapted', 'skipped'].map(of).join(', ')}`
      })
      const more = lines.length > MOST_LINES ? [`  … and ${lines.length - MOST_LINES} more`] : []
      return [...table, ...lines.slice(0, MOST_LINES), ...more].join('\n')
    },
  }
}
