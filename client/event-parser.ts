import { Unreadable } from './refused.ts'

export interface StreamEvent {
  readonly id: string
  readonly event: string
  readonly data: unknown
}

/** Server-sent events of a text that comes in pieces (HTML standard, 9.2.6). What has no blank line behind it has not arrived. */
function createEventParser(): (piece: string) => Generator<StreamEvent> {
  let rest = ''
  let begun = false
  let id = ''
  let event = ''
  let data: string[] = []

  /** The event that a line ends, if it ends one. */
  const line = (text: string): StreamEvent | undefined => {
    if (text === '') {
      const whole = data.length > 0 ? { id, event: event || 'message', data: parsed(data.join('\n')) } : undefined
      event = ''
      data = []
      return whole
    }
    const colon = text.indexOf(':')
    const field = colon < 0 ? text : text.slice(0, colon)
    const value = colon < 0 ? '' : text.slice(colon + (text[colon + 1] === ' ' ? 2 : 1))
    if (field === 'data') data.push(value)
    else if (field === 'event') event = value
    else if (field === 'id' && !value.includes('\0')) id = value
    return undefined
  }

  return function* (piece) {
    rest += piece
    if (!begun && rest !== '') {
      begun = true
      if (rest.startsWith('\uFEFF')) rest = rest.slice(1)
    }
    // A CR at the end may be the first half of a CRLF.
    for (let end; (end = /\r\n|\n|\r(?!$)/.exec(rest));) {
      const text = rest.slice(0, end.index)
      rest = rest.slice(end.index + end[0].length)
      const whole = line(text)
      if (whole) yield whole
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new Unreadable('an event is not JSON', { cause })
  }
}

/**
 * @param silenceMs without a byte for so long the connection counts as broken, though nobody said so
 * @param heard called for whatever comes, also what is no event
 */
export async function* eventsOf(
  body: ReadableStream<Uint8Array>,
  silenceMs: number,
  heard: () => void,
): AsyncGenerator<StreamEvent> {
  const reader = body.getReader()
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  const parse = createEventParser()
  let timer: ReturnType<typeof setTimeout> | undefined
  try {
    for (;;) {
      const silence = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error('the stream fell silent')), silenceMs)
      })
      const { value, done } = await Promise.race([reader.read(), silence])
      clearTimeout(timer)
      if (done) return
      heard()
      yield* parse(decoder.decode(value, { stream: true }))
    }
  } finally {
    clearTimeout(timer)
    await reader.cancel().catch(() => {})
  }
}
