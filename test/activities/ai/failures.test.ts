import { describe, expect, test } from '@jest/globals'
import { AnswerError, POLICIES, classify, retryAfter } from '../../../activities/ai/failures.ts'
import { ProviderFailure } from '../../../activities/ai/provider.ts'
import { ERRORS } from '../../../errors.ts'
import { DraftError } from '../../../script/draft.ts'

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

test('an answer that cannot be used is asked for again a bounded number of times, an outage without bound', () => {
  const truncated = classify(new AnswerError('truncated', 'cut off'))
  expect([1, 2, 3].map((attempt) => truncated.isFinal(attempt))).toEqual([false, true, true])
  const invalid = classify(new DraftError('the script is empty'))
  expect([1, 2, 3].map((attempt) => invalid.isFinal(attempt))).toEqual([false, false, true])
  expect(classify(new Error('socket hang up')).isFinal(1_000)).toBe(false)
  expect(classify(new AnswerError('refused', 'declined')).isFinal(1)).toBe(true)
})

test('an error of unknown make does not tell its message', () => {
  const cause = Object.assign(new Error('connect to http://user:hunter2@host'), { code: 'ECONNRESET' })
  const failure = classify(new Error('prompt: top secret', { cause }))
  expect(failure.message).toBe('connection: the connection broke, ECONNRESET')
  expect(failure.cause).toBeUndefined()
})
