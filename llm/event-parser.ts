export interface EventParser {
  feed(text: string): void
  end(): void
  /** `[DONE]` came. */
  readonly ended: boolean
  readonly isHtml: boolean
  /** The body was one JSON value, not a stream. */
  readonly isWhole: boolean
  /** Something came that is no JSON. */
  readonly broken: boolean
  /** What has come of an event or a body that is not whole yet; '' when it does not begin like an answer. */
  readonly unread: string
}

/** Server-sent events, lines of JSON, or one JSON value, told apart by what comes. */
export function createEventParser(onEvent: (event: unknown) => void): EventParser {
  let rest = ''
  let data: string[] = []
  let stray = ''
  const state = { ended: false, isHtml: false, isWhole: false, broken: false }

  const event = (text: string) => {
    if (/^\s*"?\[DONE\]"?\s*$/.test(text)) return void (state.ended = true)
    const value = parsed(text)
    // One broken event among good ones is not the end of what was paid for.
    if (value === undefined) state.broken = true
    else onEvent(value)
  }
  /** What is in no event may be a whole body, or an error in the middle. */
  const loose = (line: string) => {
    stray += `${line}\n`
    const trimmed = stray.trim()
    if (trimmed.startsWith('<')) return void (state.isHtml = true)
    if (!/^[{["]/.test(trimmed)) return void (trimmed !== '' && (state.broken = true))
    const value = /[\]}"]$/.test(trimmed) ? parsed(trimmed) : undefined
    if (value === undefined) return
    stray = ''
    state.isWhole = true
    onEvent(value)
  }
  const line = (text: string) => {
    if (text === '' && data.length > 0) {
      const whole = data.join('\n')
      data = []
      event(whole)
    } else if (text.startsWith('data:')) data.push(text.slice(5).replace(/^ /, ''))
    else if (!/^(?::|(?:event|id|retry):)/.test(text) || stray.trim() !== '') loose(text)
  }
  return {
    feed(text) {
      rest += text
      if (/[\r\n]/.test(text)) {
        const lines = rest.replace(/^\uFEFF/, '').split(/\r\n|\n|\r(?!$)/)
        rest = lines.pop() ?? ''
        for (const one of lines) if (!state.ended) line(one)
      }
      // A body without a last line break: known to be whole as soon as it is, whether or not the connection ends.
      if (data.length > 0 || state.ended || !/[>}\]]\s*$/.test(text) || !/^\s*[{<[]/.test(stray || rest)) return
      if (stray === '' && rest.trimStart().startsWith('<')) state.isHtml = true
      else if (parsed(stray + rest) !== undefined) {
        const tail = rest
        rest = ''
        loose(tail)
      }
    },
    end() {
      // A last event without its blank line: some servers leave it out.
      if (rest !== '') line(rest)
      if (data.length > 0) event(data.join('\n'))
      if (stray.trim() !== '') state.broken = true
    },
    get ended() {
      return state.ended
    },
    get isHtml() {
      return state.isHtml
    },
    get isWhole() {
      return state.isWhole
    },
    get broken() {
      return state.broken
    },
    get unread() {
      const begun = [...data, `${stray}${rest}`].join('\n').replace(/^\s*data:\s*/, '')
      return begun.trimStart().startsWith('{') ? begun : ''
    },
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
