import { existsSync, mkdtempSync, rmSync, utimesSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { createLogger } from '../../telemetry/logger.ts'
import { reportLiveness } from '../../workers/liveness.ts'
import { hungLoops, watchLoops } from '../../workers/loop-watch.ts'

describe('the file that says that a worker process works', () => {
  const logs: string[] = []
  const logger = createLogger({ LOG_LEVEL: 'info' }, 'test', { write: (line: string) => void logs.push(line) })
  let folder: string
  let liveness: ReturnType<typeof reportLiveness> | undefined
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'scenor-liveness-'))
    jest.useFakeTimers({ doNotFake: ['performance'] })
  })
  afterEach(() => {
    liveness?.stop()
    jest.useRealTimers()
    rmSync(folder, { recursive: true })
  })

  test('is renewed while it works, and no longer when it does not', () => {
    const path = join(folder, 'alive')
    let works = true
    liveness = reportLiveness(path, () => works, logger)
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
    liveness = reportLiveness(path, () => true, logger)
    expect(existsSync(path)).toBe(false)
    expect(logs.join()).toContain('could not be written')
  })
})

describe('a loop whose round does not end', () => {
  afterEach(() => void jest.useRealTimers())

  test('is told once with its name, and the process ends; one that rests for hours is none', () => {
    jest.useFakeTimers()
    const logs: string[] = []
    const logger = createLogger({ LOG_LEVEL: 'info' }, 'test', { write: (line: string) => void logs.push(line) })
    const failed = jest.fn()
    let silentS = 0
    const loops = () => [
      { name: 'outbox ai', silentS },
      { name: 'listen bus', silentS: 0 },
    ]
    const watch = watchLoops({ logger, failed }, loops)
    jest.advanceTimersByTime(3_600_000)
    expect(failed).not.toHaveBeenCalled()
    silentS = 601
    expect(hungLoops(loops()).map(({ name }) => name)).toEqual(['outbox ai'])
    jest.advanceTimersByTime(60_000)
    expect(failed).toHaveBeenCalledTimes(1)
    expect(logs.filter((line) => line.includes('a loop hangs') && line.includes('outbox ai'))).toHaveLength(1)
    void watch.stop()
  })
})
