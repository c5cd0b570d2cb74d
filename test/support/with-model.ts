import { afterAll, afterEach, beforeAll, beforeEach, expect } from '@jest/globals'
import type { Person } from './http.ts'
import { startModelServer, type ModelServer } from './model-server.ts'
import { startSystem, type System } from './system.ts'

/** What `withModel` has started, from the first `beforeAll` of the file on. */
export interface WithModel {
  readonly model: ModelServer
  readonly system: System
  readonly person: Person
}

export const BRIEF = 'Ролик о термосе, который держит чай горячим сутки. Закажите на сайте.'

/**
 * For all tests of a file: a system whose scripts a model of the test writes, and somebody in it. Each test begins with a model that
 * takes everything.
 */
export function withModel(env: Record<string, string> = {}): WithModel {
  const started = {} as { -readonly [K in keyof WithModel]: WithModel[K] }
  beforeAll(async () => {
    started.model = await startModelServer()
    started.system = await startSystem({
      env: {
        OPENAI_BASE_URL: started.model.url,
        OPENAI_API_KEY: 'sk-test',
        OPENAI_MODEL: 'gpt-4.1-mini',
        AI_GIVE_UP_S: '5',
        AI_TIMEOUT_MS: '3000',
        ...env,
      },
    })
    started.person = await started.system.api.register()
  })
  afterAll(async () => {
    await started.system.stop()
    await started.model[Symbol.asyncDispose]()
  })
  beforeEach(() => {
    started.model.reset()
    started.model.always({})
  })
  afterEach(() => expect(started.model.surprises).toEqual([]))
  return started
}

const row = (text: string) => ({
  visual: 'Кадр',
  audio: [{ speaker: 'Диктор', type: 'vo', text }],
  on_screen_text: null,
  duration_s: 3,
})
const scene = (heading: string, locked = false) => ({ heading, beat: 'free', locked, rows: [row(`Слова: ${heading}`)] })

/** A scenario of three scenes, of which the second is locked. */
export const writeThermos = async (person: Person) => {
  const scenes = [scene('Первая'), scene('Вторая', true), scene('Третья')]
  return (await person.post('/scenarios', { title: 'Термос', language: 'ru', scenes })).body
}
