/** What can be said of a program by its `User-Agent`, in words of ours: the header is whatever its sender likes. */
export interface Program {
  /** Undefined: none of those below. */
  readonly browser: string | undefined
  readonly device: string | undefined
}

/** The first that fits: most browsers name those that they are made of as well. */
const BROWSERS: readonly (readonly [name: string, mark: RegExp])[] = [
  ['Yandex Browser', /YaBrowser\//],
  ['Edge', /Edg(e|A|iOS)?\//],
  ['Opera', /OPR\/|Opera/],
  ['Samsung Internet', /SamsungBrowser\//],
  ['Vivaldi', /Vivaldi\//],
  ['Firefox', /(Firefox|FxiOS)\//],
  ['Chrome', /(Chrome|CriOS)\//],
  ['Safari', /Version\/.*Safari\//],
  ['curl', /^curl\//],
  ['Wget', /^Wget\//],
  ['Postman', /^PostmanRuntime\//],
  ['Python', /^(python-|aiohttp|httpx)/i],
  ['Node.js', /^(node|undici)/i],
  ['OkHttp', /^okhttp\//],
]

const DEVICES: readonly (readonly [name: string, mark: RegExp])[] = [
  ['iPhone', /iPhone|iPod/],
  ['iPad', /iPad/],
  ['Android', /Android/],
  ['Windows', /Windows/],
  ['ChromeOS', /CrOS/],
  ['Mac', /Macintosh|Mac OS X/],
  ['Linux', /Linux/],
]

const firstOf = (list: typeof BROWSERS, text: string) => list.find(([, mark]) => mark.test(text))?.[0]

export const programOf = (userAgent: string | null): Program => ({
  browser: firstOf(BROWSERS, userAgent ?? ''),
  device: firstOf(DEVICES, userAgent ?? ''),
})

/** The same for a program over its updates; of one that we do not know, all that it says but numbers. */
export function programMark(userAgent: string | null): string {
  const { browser, device } = programOf(userAgent)
  return browser ? `${browser} ${device ?? ''}` : (userAgent ?? '').replace(/\d+/g, '')
}
