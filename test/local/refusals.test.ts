import { existsSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { clearPlace, makePlace, recorded, startStack, type Place, type Printing } from './support/stack.ts'

describe('what keeps npm start from starting', () => {
  let place: Place
  let stack: Printing
  let blocker: Server | undefined
  beforeEach(async () => (place = await makePlace()))
  afterEach(async () => {
    await clearPlace(place, stack)
    await new Promise<void>((resolve) => (blocker ? blocker.close(() => resolve()) : resolve()))
    blocker = undefined
  })

  const refused = async (mode = 'fine', env: Record<string, string> = {}) => {
    stack = startStack(place, mode, env)
    const code = await stack.exit
    return { code, said: stack.lines.join('\n') }
  }

  test.each(['PORT', 'INTERNAL_PORT', 'METRICS_PORT', 'WORKERS_METRICS_PORT', 'TEMPORAL_UI_PORT'])(
    'a port in use: %s is named, nothing is started',
    async (variable) => {
      const port = Number(place.env[variable])
      blocker = createServer()
      await new Promise<void>((resolve) => blocker?.listen(port, '127.0.0.1', resolve))
      const { code, said } = await refused()
      expect(said).toContain(`Port ${port} (${variable}) is in use`)
      expect(code).toBe(1)
      expect(existsSync(join(place.dataDir, 'postgres'))).toBe(false)
    },
  )

  test('one port for two: both variables are named', async () => {
    const { code, said } = await refused('fine', { METRICS_PORT: place.env['PORT'] ?? '' })
    expect(said).toContain('METRICS_PORT and PORT are the same port')
    expect(code).toBe(1)
  })

  test('a data folder that cannot be written', async () => {
    const file = join(place.root, 'file')
    writeFileSync(file, '')
    const { code, said } = await refused('fine', { DATA_DIR: join(file, 'x') })
    expect(said).toContain(`DATA_DIR: the folder ${join(file, 'x')} cannot be written (ENOTDIR)`)
    expect(code).toBe(1)
  })

  test('a wrong variable is named, its value is not shown', async () => {
    const { code, said } = await refused('fine', { OPENAI_BASE_URL: 'secret-word' })
    expect(said).toContain('OPENAI_BASE_URL: must be a URL')
    expect(said).not.toContain('secret-word')
    expect(code).toBe(1)
  })

  test('no way to a Temporal server: the ways are named and Postgres does not stay', async () => {
    const { code, said } = await refused('no-temporal')
    for (const way of ['TEMPORAL_ADDRESS=', 'TEMPORAL_CLI=', 'PATH', 'Go']) expect(said).toContain(way)
    expect(code).toBe(1)
    expect(recorded(place)).toEqual({})
  })

  test('a child that cannot start: its last words are shown and everything else stops', async () => {
    const { code, said } = await refused('second')
    expect(said).toContain('second ended with exit code 7')
    expect(said).toContain('the stub is broken')
    expect(code).toBe(1)
    expect(recorded(place)).toEqual({})
  })
})
