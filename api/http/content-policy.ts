/** The Content-Security-Policy of an answer: it may load, frame and lead to nothing, but for what is named. */
export const contentPolicy = (...allowed: readonly string[]): string =>
  ["default-src 'none'", ...allowed, "frame-ancestors 'none'", "base-uri 'none'"].join('; ')
