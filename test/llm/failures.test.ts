import { describe, expect, test } from '@jest/globals'
import { AnswerError, POLICIES, classify } from '../../llm/failures.ts'
import { retryAfter } from '../../network/retry-after.ts'
import { ProviderFailure } from '../../llm/provider.ts'
import { ERRORS } from '../../errors/errors.ts'
import { DraftError } from '../../script/draft.ts'

const NOW = Date.parse('2026-01-02T03:04:05Z')
const wait = (headers: Record<string, string>) => retryAfter(new Headers(headers), NOW)

describe('how long a provider asks us to wait', () => {
  test.each<[string, Record<string, string>, number | undefined]>([
    ['seconds', { 'retry-after': '3' }, 3_000],
    ['an HTTP date', { 'retry-after': 'Fri, 02 Jan 2026 03:04:15 GMT' }, 10_000],
    ['an HTTP date in the past', { 'retry-after': 'Fri, 02 Jan 2026 03:00:00 GMT' }, 0],
    ['an HTTP date in the far future', { 'retry-after': 'Fri, 02 Jan 2027 03:00:00 GMT' }, 120_000],
    ['milliseconds before seconds', { 'retry-after-ms': '250', 'retry-after': '9' }, 250],
    ['seconds where the milliseconds are no number', { 'retry-after-ms': 'NaN', 'retry-after': '9' }, 9_000],
    ['an empty header', { 'retry-after': '' }, undefined],
    ['no header', {}, undefined],
  ])('%s', (_, headers, expected) => expect(wait(headers)).toBe(expected))
})

test('every policy names a code of the closed table', () => {
  for (const { code } of Object.values(POLICIES)) expect(ERRORS).toHaveProperty([code])
})

test('a failure that is classified already stays as it is', () => {
  const failure = new ProviderFailure('ai.quota', 'quota: HTTP 402', { reason: 'quota', retryable: false })
  expect(classify(failure)).toBe(failure)
})

test('an attempt that has to be paid for is made again a bounded number of times, whatever it failed by; an outage is waited out', () => {
  const truncated = classify(new AnswerError('truncated', 'cut off'))
  expect([1, 2, 3].map((spent) => truncated.isFinal(spent))).toEqual([false, true, true])
  const invalid = classify(new DraftError('the script is empty'))
  expect([1, 2, 3].map((spent) => invalid.isFinal(spent))).toEqual([false, false, true])
  const cut = classify(new Error('socket hang up'), true)
  expect([1, 2, 3].map((spent) => cut.isFinal(spent))).toEqual([false, false, true])
  expect(classify(new Error('socket hang up')).isFinal(1_000)).toBe(false)
  expect(classify(new AnswerError('refused', 'declined')).isFinal(1)).toBe(true)
})

test.each([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'CERT_HAS_EXPIRED',
])('a certificate that is not trusted (%s) is no outage to wait out, and what to do is said', (code) => {
  const failure = classify(new Error('fetch failed', { cause: Object.assign(new Error(''), { code }) }))
  expect(failure).toMatchObject({ code: 'ai.provider_rejected', retryable: false })
  expect(failure.message).toContain(code)
  expect(failure.message).toContain('NODE_EXTRA_CA_CERTS')
})

test('an error of unknown make does not tell its message', () => {
  const cause = Object.assign(new Error('connect to http://user:hunter2@host'), { code: 'ECONNRESET' })
  const failure = classify(new Error('prompt: top secret', { cause }))
  expect(failure.message).toBe('connection: the connection broke, ECONNRESET')
  expect(failure.cause).toBeUndefined()
})
