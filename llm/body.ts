import { AnswerError, NotAnApi } from './failures.ts'
import { createEventParser, type EventParser } from './event-parser.ts'
import { jsonIn, watchJson } from './json-text.ts'
import { take, type Received } from './received.ts'

/** How long is waited after the end for what still belongs to the answer: its usage, the last event, the end of the body. */
const GRACE_MS = 2_000
/** White space in a row, characters. Indentation is shorter; models in a loop send it until their limit. */
const MAX_WHITE_SPACE = 200

export interface BodyWatch {
  /** Called with each piece of the answer's text. */
  readonly onText: (piece: string) => void
  /** Called for each sign that the model is at work. */
  readonly onLife: () => void
  /** Called after each event. */
  readonly onEvent?: () => void
}

/**
 * Reads the body of an answer, streamed or whole (a server may not know `stream`, or call things by other types than they are), until
 * the answer has ended by what the protocol says: the last event; a finish reason or a whole JSON object, and a grace; the end of the body.
 * @param received what has come; whatever this throws, it holds what came before
 * @throws SyntaxError when nothing in it is JSON; APIError for an error within; AnswerError; Error when it ends too early
 */
export async function readBody(response: Response, received: Received, watch: BodyWatch): Promise<void> {
  if (!response.body) throw new AnswerError('empty', 'no body')
  const closes = watchJson()
  let closed = false
  let white = 0
  const onText = (piece: string) => {
    watch.onText(piece)
    closed = closes(piece)
    white = piece.trim() === '' ? white + piece.length : piece.length - piece.trimEnd().length
  }
  const parser = createEventParser((event) => {
    if (take(received, event, onText)) watch.onLife()
    watch.onEvent?.()
  })
  const isWhole = () => closed && jsonIn(received.content).length > 0

  const reader = response.body.getReader()
  const decoder = new TextDecoder()
  using grace = createGrace()
  let next = reader.read()
  try {
    for (;;) {
      const read = await Promise.race([next, grace.passed()])
      if (read === 'passed') {
        if (received.finish !== '' || isWhole()) return
        grace.stop()
        continue
      }
      if (read.done) break
      next = reader.read()
      const before = received.content.length + received.thinking.length
      parser.feed(decoder.decode(read.value, { stream: true }))
      if (parser.isHtml) throw new NotAnApi()
      if (parser.ended || received.done) return
      if (received.finish !== '' && (received.counted || parser.isWhole)) return
      if (white > MAX_WHITE_SPACE) {
        if (isWhole()) return
        throw new AnswerError('malformed', 'white space without end')
      }
      const grows = received.content.length + received.thinking.length > before && white === 0
      // Some say with each piece that they stop: what still comes is believed.
      if (received.finish === '' && !closed) grace.stop()
      else if (grows) grace.restart()
      else grace.start()
    }
  } catch (error) {
    received.unread = parser.unread
    throw error
  } finally {
    // Down to the socket: whatever the server would still send is nobody's.
    next.catch(() => {})
    reader.cancel().catch(() => {})
  }
  parser.end()
  // A clean end of the body is no end of the answer: half a script would be stored as a whole one.
  if (received.finish === '' && !received.done && !isWhole()) tooEarly(received, parser)
}

function tooEarly(received: Received, parser: EventParser): void {
  if (parser.isWhole) return
  if (received.answered) throw new Error('the stream ended before the answer did')
  if (parser.broken) throw new SyntaxError('no event is JSON')
}

/** A clock that is started once the end is in sight. */
function createGrace(): Disposable & { start(): void; restart(): void; stop(): void; passed(): Promise<'passed'> } {
  let timer: NodeJS.Timeout | undefined
  let passing = Promise.withResolvers<'passed'>()
  const stop = () => {
    clearTimeout(timer)
    timer = undefined
    passing = Promise.withResolvers()
  }
  const start = () => {
    const { resolve } = passing
    timer ??= setTimeout(() => resolve('passed'), GRACE_MS)
  }
  return {
    start,
    stop,
    restart: () => {
      stop()
      start()
    },
    passed: () => passing.promise,
    [Symbol.dispose]: () => clearTimeout(timer),
  }
}
