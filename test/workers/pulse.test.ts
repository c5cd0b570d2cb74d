import { existsSync, mkdtempSync, rmSync, utimesSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { createLogger } from '../../logger.ts'
import { keepPulse } from '../../workers/pulse.ts'

describe('the file that says that a worker process works', () => {
  const logs: string[] = []
  const logger = createLogger({ LOG_LEVEL: 'info' }, 'test', { write: (line: string) => void logs.push(line) })
  let folder: string
  let pulse: ReturnType<typeof keepPulse> | undefined
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'scenor-pulse-'))
    jest.useFakeTimers({ doNotFake: ['performance'] })
  })
  afterEach(() => {
    pulse?.stop()
    jest.useRealTimers()
    rmSync(folder, { recursive: true })
  })

  test('is renewed while it works, and no longer when it does not', () => {
    const path = join(folder, 'alive')
    let works = true
    pulse = keepPulse(path, () => works, logger)
    const old = () => utimesSync(path, 0, 0)
    const renewed = () => statSync(path).mtimeMs > 0
    old()
    jest.advanceTimersByTime(5_000)
    expect(renewed()).toBe(true)
    works = false
    old()
    jest.advanceTimersByTime(60_000)
    expect(renewed()).toBe(false)
  })

  test('a place that cannot be written is said and ends nothing', () => {
    const path = join(folder, 'missing', 'alive')
    pulse = keepPulse(path, () => true, logger)
    expect(existsSync(path)).toBe(false)
    expect(logs.join()).toContain('could not be written')
  })
})
