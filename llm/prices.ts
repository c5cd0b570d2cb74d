/** Raised with every change of a number below; each recorded call says which table its cost was reckoned by. */
export const PRICE_VERSION = '2026-11'
/** All prices are in one currency; budgets are millionths of it. */
export const CURRENCY = 'USD'

/** Price of a million tokens. Since a budget is in millionths, it is also the price of one token in them. */
export interface Price {
  readonly input: number
  readonly output: number
}

/**
 * List prices by the beginning of the model's name, the longest match counts. From OpenAI's public price list; for other
 * terms, or another provider, `price` in AI_PROVIDERS is set.
 */
const PRICES: Readonly<Record<string, Price>> = {
  'gpt-4.1': { input: 2, output: 8 },
  'gpt-4.1-mini': { input: 0.4, output: 1.6 },
  'gpt-4.1-nano': { input: 0.1, output: 0.4 },
  'gpt-4o': { input: 2.5, output: 10 },
  'gpt-4o-mini': { input: 0.15, output: 0.6 },
  'o4-mini': { input: 1.1, output: 4.4 },
}

/** The price of a model, or undefined: it then costs 0, and a sum that it is missing from says so. */
export function priceOf(model: string): Price | undefined {
  const names = Object.keys(PRICES).filter((name) => model === name || model.startsWith(`${name}-`))
  const longest = names.toSorted((a, b) => b.length - a.length)[0]
  return longest === undefined ? undefined : PRICES[longest]
}

/** Millionths of the currency, rounded up: a call is never free by rounding. */
export const costMicros = (price: Price | undefined, inputTokens: number, outputTokens: number): number =>
  price ? Math.ceil(inputTokens * price.input + outputTokens * price.output) : 0

/** Characters of a token, the low end (Cyrillic in older tokenizers): for estimates where a provider counts nothing. */
const CHARACTERS_PER_TOKEN = 2.5
export const estimateTokens = (characters: number): number => Math.ceil(characters / CHARACTERS_PER_TOKEN)
