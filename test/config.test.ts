import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { ConfigError, loadConfig, VARIABLES } from '../config.ts'
import { SECRETS } from '../roles.ts'
import { newVapid, RINGS } from '../keys/rings.ts'
import { startCommand } from './support/command.ts'

let folder: string
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'scenor-config-'))))
afterAll(() => rmSync(folder, { recursive: true }))
const file = (text: string): string => {
  const path = join(folder, String(Math.random()))
  writeFileSync(path, text)
  return path
}
const refused = (env: Record<string, string>): string => {
  try {
    loadConfig(env)
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  return 'taken'
}
const KEY = `k1:${'A'.repeat(43)}`

describe('a secret', () => {
  test.each(SECRETS)('%s stands in a file as well, whose last line may end', (name) => {
    const text = {
      AI_PROVIDER_KEYS: '{"a":"k"}',
      AI_PROVIDERS: JSON.stringify([{ name: 'a', base_url: 'http://127.0.0.1:1', model: 'm' }]),
      REDIS_URL: 'redis://127.0.0.1',
      SMTP_URL: 'smtp://127.0.0.1',
      RABBITMQ_URL: 'amqp://127.0.0.1',
      VAPID_KEYS: newVapid(),
    }[name as string]
    const value = text ?? (/_URL$/.test(name) ? 'postgres://u:p@127.0.0.1/x' : KEY)
    const all = { DATABASE_URL: 'postgres://u:p@127.0.0.1/x' }
    const others = name === 'DATABASE_URL' ? {} : all
    expect(loadConfig({ ...others, [`${name}_FILE`]: file(`${value}\n`) })[name]).toEqual(
      loadConfig({ ...others, [name]: value })[name],
    )
  })

  test('in both is refused, and so is a file that is not there; neither says what is in it', () => {
    expect(refused({ PASSWORD_PEPPER: KEY, PASSWORD_PEPPER_FILE: file(KEY) })).toBe(
      'PASSWORD_PEPPER_FILE: must not be set beside PASSWORD_PEPPER',
    )
    expect(refused({ PASSWORD_PEPPER_FILE: join(folder, 'none') })).toBe(
      'PASSWORD_PEPPER_FILE: cannot be read (ENOENT)',
    )
    expect(refused({ PASSWORD_PEPPER_FILE: file('hunter2') })).not.toContain('hunter2')
  })

  test('in an empty file is unset', () => {
    expect(loadConfig({ SMTP_URL_FILE: file('\n') }).SMTP_URL).toBeUndefined()
  })

  test('that is none is refused, as are VAPID keys that are no list of pairs', () => {
    for (const { variable } of Object.values(RINGS))
      expect(refused({ [variable]: 'x' })).toContain(`${variable}: must be`)
  })
})

/** Each with its reason; the other two are said for each worker. */
const NOT_IN_COMPOSE = [
  ...Object.keys(
    JSON.parse(readFileSync(new URL('../deploy/not-passed.json', import.meta.url), 'utf8')) as Record<string, string>,
  ),
  'WORKERS',
  'ALIVE_FILE',
]

test('every variable of config.ts reaches the containers of docker-compose.yml, and each of those is one', () => {
  const text = readFileSync(new URL('../docker-compose.yml', import.meta.url), 'utf8')
  const [, env = ''] = /^x-env: &env\n((?:[ #].*\n)+)/m.exec(text) ?? []
  const given = [...env.matchAll(/^ {2}(\w+): (.*)$/gm)].map(([, name = '', value = '']) => ({
    name,
    value,
  }))
  expect(given.map(({ name }) => name).toSorted()).toEqual(
    Object.keys(VARIABLES)
      // Which container has which secret: test/deploy/compose.test.ts.
      .filter((name) => !NOT_IN_COMPOSE.includes(name) && !(SECRETS as readonly string[]).includes(name))
      .toSorted(),
  )
  // What is passed on is passed on under its own name.
  for (const { name, value } of given) {
    const [, passed] = /^\$\{(\w+)/.exec(value) ?? []
    if (passed !== undefined) expect(passed).toBe(name)
  }
})

describe('npm run secrets', () => {
  const secrets = (...words: string[]) => startCommand('cli/new-secrets.ts', words, {}).ended
  const named = (text: string) => [...text.matchAll(/^(\w+)='/gm)].map(([, name]) => name)

  test('makes every secret that docker-compose.yml asks for', async () => {
    const text = readFileSync(new URL('../docker-compose.yml', import.meta.url), 'utf8')
    const mounted = [...text.matchAll(/file: \.\/secrets\/(\w+)$/gm)].map(([, name = '']) => name.toUpperCase())
    const made = named((await secrets()).out)
    expect(made.filter((name) => !mounted.includes(name ?? ''))).toEqual([])
    // The others are addresses that deploy/setup.sh makes of passwords, and what a person may give.
    const left = mounted.filter((name) => !made.includes(name) && !(SECRETS as readonly string[]).includes(name))
    expect(left).toEqual([])
  })

  test('makes those alone that a file has not, after an upgrade', async () => {
    const { out } = await secrets()
    const old = out.replace(/^(VAPID_KEYS|LIMIT_KEYS)=.*\n/gm, '')
    expect(named((await secrets('--missing', file(old))).out).toSorted()).toEqual(['LIMIT_KEYS', 'VAPID_KEYS'])
    expect((await secrets('--missing', file(out))).out).toBe('')
  })
})
