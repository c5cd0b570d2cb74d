/** Fields of an answer that a person wants to read while it is written; the rest is structure. */
const SHOWN = new Set(['title', 'heading', 'visual', 'text', 'on_screen_text', 'hook'])

/** The first field of a scene. */
const BEGINS = 'heading'

/**
 * Turns pieces of a JSON answer into the words in it, as they come: the values of the fields above, a line each,
 * and an empty line before each scene. Whatever a model
 * writes around the JSON (fences, thoughts) holds no such fields and is not shown.
 * @returns a function from the next piece to the readable text in it
 */
export function readableText(): (piece: string) => string {
  let inString = false
  let escape = ''
  let isValue = false
  let key = ''
  let text = ''
  let shown = false

  return (piece) => {
    let out = ''
    const put = (character: string) => {
      if (isValue && shown) out += character
      else if (!isValue) text += character
    }
    for (const c of piece) {
      if (!inString) {
        if (c === '"') {
          inString = true
          text = ''
          shown = isValue && SHOWN.has(key)
          if (shown && key === BEGINS) out += '\n'
        } else if (c === ':') {
          isValue = true
          key = text
        } else if (c === ',' || c === '{' || c === '[' || c === '}' || c === ']') isValue = false
      } else if (escape) {
        escape += c
        if (escape[1] === 'u' && escape.length < 6) continue
        put(unescape(escape))
        escape = ''
      } else if (c === '\\') escape = c
      else if (c === '"') {
        inString = false
        if (isValue && shown) out += '\n'
      } else put(c)
    }
    return out
  }
}

/** One JSON escape as its character; a wrong one as nothing. */
function unescape(escape: string): string {
  try {
    return JSON.parse(`"${escape}"`) as string
  } catch {
    return ''
  }
}
