import type { Person } from './http.ts'

interface StreamedEvent {
  readonly id: string
  readonly event: string
  // A test looks into data of many shapes.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly data: any
}

export interface OpenStream {
  readonly status: number
  readonly headers: Headers
  readonly events: StreamedEvent[]
  readonly comments: string[]
  /** Settles when the server has ended the stream, or we have. */
  readonly ended: Promise<void>
  /** The first event or comment that fits, past or future. */
  until(match: (event: StreamedEvent) => boolean): Promise<StreamedEvent>
  close(): void
}

/** Reads server-sent events as a browser does. */
export async function openStream(
  origin: string,
  person: Pick<Person, 'token'>,
  path: string,
  lastEventId?: string,
): Promise<OpenStream> {
  const abort = new AbortController()
  const response = await fetch(`${origin}/api/v1${path}`, {
    headers: {
      authorization: `Bearer ${person.token}`,
      ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
    },
    signal: abort.signal,
  })
  const events: StreamedEvent[] = []
  const comments: string[] = []
  const waiting: { match: (event: StreamedEvent) => boolean; resolve: (event: StreamedEvent) => void }[] = []
  const take = (block: string) => {
    const fields = new Map(
      block.split('\n').map((line) => [line.split(':')[0]!, line.slice(line.indexOf(':') + 1).trim()]),
    )
    if (block.startsWith(':')) return void comments.push(block)
    const event = {
      id: fields.get('id') ?? '',
      event: fields.get('event') ?? '',
      data: JSON.parse(fields.get('data') ?? 'null'),
    }
    events.push(event)
    for (const w of waiting) if (w.match(event)) w.resolve(event)
  }
  const ended = (async () => {
    const decoder = new TextDecoder()
    let rest = ''
    for await (const chunk of response.body ?? []) {
      rest += decoder.decode(chunk as Uint8Array, { stream: true })
      for (let at = rest.indexOf('\n\n'); at >= 0; at = rest.indexOf('\n\n')) {
        take(rest.slice(0, at))
        rest = rest.slice(at + 2)
      }
    }
  })().catch(() => {})
  return {
    status: response.status,
    headers: response.headers,
    events,
    comments,
    ended,
    until: (match) => {
      const there = events.find(match)
      return there ? Promise.resolve(there) : new Promise((resolve) => waiting.push({ match, resolve }))
    },
    close: () => abort.abort(),
  }
}
