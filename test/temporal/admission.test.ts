import { execFileSync, spawn } from 'node:child_process'
import { createPrivateKey } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose'
import { loadConfig } from '../../config.ts'
import { signTemporalToken, tokenFault, type TemporalRole } from '../../keys/temporal-token.ts'
import { freePort } from '../../local/processes/ports.ts'
import { whyAway } from '../../temporal/admission.ts'
import { tokenOf } from '../../temporal/token-file.ts'
import { startCommand } from '../support/command.ts'
import { until } from '../support/until.ts'

/** That a real Temporal server refuses all these, and each process says so, is seen by `npm run drill:temporal`. */
let folder: string
const at = (name: string) => join(folder, name)
const issue = (where: string, ...names: string[]) =>
  execFileSync('sh', [fileURLToPath(new URL('../../deploy/ca.sh', import.meta.url)), at(where), ...names])
const command = (...words: string[]) => startCommand('cli/temporal-token.ts', words, {}).ended
const keyOf = (of: string) => {
  const name = readdirSync(at(of)).find((one) => one.endsWith('.pem')) ?? ''
  return createPrivateKey(readFileSync(at(`${of}/${name}`)))
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'scenor-admission-'))
  issue('ours', 'temporal,localhost,127.0.0.1', 'elsewhere', 'worker')
  issue('others', 'worker', 'temporal,localhost,127.0.0.1')
  await command('key', at('signs'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('a token', () => {
  const token = (role: TemporalRole, { namespace = 'scenor', ends = 60_000 } = {}) =>
    signTemporalToken(keyOf('signs'), { role, name: 'worker-ai', namespace, expires: new Date(Date.now() + ends) })

  test('is made by the command, for one role in one namespace, and holds before the list of keys that a server reads', async () => {
    const { code, out } = await command('token', at('signs'), 'worker', '--name', 'worker-ai', '--namespace', 'scenor')
    expect(code).toBe(0)
    const list = JSON.parse(readFileSync(at('signs/temporal-jwks.json'), 'utf8')) as JSONWebKeySet
    expect(list.keys.map((key) => 'd' in key)).toEqual([false])
    const { payload } = await jwtVerify(out.trim(), createLocalJWKSet(list))
    expect(payload).toMatchObject({ sub: 'worker-ai', permissions: ['scenor:write'] })
    expect((await command('token', at('signs'), 'owner', '--name', 'worker-ai')).code).toBe(2)
  })

  test('that was refused is told apart by what can be read in it', async () => {
    const wrong = async (given: Promise<string>) => tokenFault(await given, 'scenor')
    expect(tokenFault(undefined, 'scenor')).toBe('token_missing')
    expect(tokenFault('secret', 'scenor')).toBe('token_unreadable')
    expect(await wrong(token('worker', { ends: -1_000 }))).toBe('token_expired')
    expect(await wrong(token('worker', { namespace: 'other' }))).toBe('token_of_other_namespace')
    expect(await wrong(token('reader'))).toBe('token_reads_only')
    expect(await wrong(token('worker'))).toBe('token_unknown')
  })

  test('of a file is read anew, and stays while the file is away', async () => {
    writeFileSync(at('token'), 'first\n')
    const config = loadConfig({ TEMPORAL_API_KEY_FILE: at('token') })
    expect(tokenOf(config)).toBe('first')
    writeFileSync(at('token'), 'second\n')
    await until(() => tokenOf(config) === 'second')
    rmSync(at('token'))
    expect(tokenOf(config)).toBe('second')
  })
})

describe('a server that nobody gets through to', () => {
  const away = Object.assign(new Error('away'), { code: 14, details: 'No connection established', metadata: {} })
  /** OpenSSL's own server: unlike Node's it says with an alert whom it refuses, as Temporal's does. */
  const strict = async (name: string) => {
    const port = await freePort()
    const files = ['-cert', at(`ours/${name}.pem`), '-key', at(`ours/${name}.key`), '-CAfile', at('ours/ca.pem')]
    const asks = ['-Verify', '1', '-verify_return_error', '-alpn', 'h2', '-accept', `127.0.0.1:${port}`]
    const child = spawn('openssl', ['s_server', ...files, ...asks], { stdio: ['pipe', 'pipe', 'ignore'] })
    let said = ''
    child.stdout.on('data', (text: Buffer) => (said += text.toString()))
    await until(() => said.includes('ACCEPT'))
    return { port, [Symbol.dispose]: () => void child.kill('SIGKILL') }
  }
  const shown = (where = 'ours', ca = 'ours') => ({
    TEMPORAL_TLS_CA: at(`${ca}/ca.pem`),
    TEMPORAL_TLS_CERT: at(`${where}/worker.pem`),
    TEMPORAL_TLS_KEY: at(`${where}/worker.key`),
  })
  const why = async (port: number, env: Record<string, string>) =>
    whyAway(away, loadConfig({ TEMPORAL_ADDRESS: `127.0.0.1:${port}`, ...env }))

  test('and the handshake tells who refused whom', async () => {
    using server = await strict('temporal')
    using renamed = await strict('elsewhere')
    const { port } = server
    expect(await why(port, shown())).toBe('unreachable')
    expect(await why(port, shown('others'))).toBe('certificate_refused')
    expect(await why(port, { TEMPORAL_TLS_CA: at('ours/ca.pem') })).toBe('certificate_missing')
    expect(await why(port, shown('ours', 'others'))).toBe('not_trusted')
    expect(await why(port, { ...shown(), TEMPORAL_TLS_KEY: at('others/worker.key') })).toBe('certificate_refused')
    expect(await why(port, {})).toBe('tls_wanted')
    expect(await why(renamed.port, shown())).toBe('other_name')
    const plain = createServer((socket) => void socket.on('error', () => {}).end('no TLS here\n'))
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve))
    try {
      const plainPort = (plain.address() as AddressInfo).port
      expect(await why(plainPort, shown())).toBe('no_tls')
      expect(await why(plainPort, {})).toBe('unreachable')
    } finally {
      plain.close()
    }
  })
})
