import { expect, test } from '@jest/globals'
import { count, tallies } from '../../telemetry/tally.ts'
import { readFigures, sumOf } from '../support/figures.ts'

test('a label with more values than we know makes no more series than 201, and nothing goes uncounted', async () => {
  for (let n = 0; n < 500; n++) count('scenor_throttled_total', { limit: `limit-${n}` })
  const figures = readFigures(await tallies.metrics()).filter(({ name }) => name === 'scenor_throttled_total')
  expect(figures).toHaveLength(201)
  expect(sumOf(figures, 'scenor_throttled_total')).toBe(500)
  expect(sumOf(figures, 'scenor_throttled_total', { limit: 'other' })).toBe(300)
})

test('a count of nothing makes its series, so that the first one shows as a rise', async () => {
  count('scenor_script_repairs_total', { result: 'better' }, 0)
  expect(await tallies.metrics()).toContain('scenor_script_repairs_total{result="better"} 0')
})
