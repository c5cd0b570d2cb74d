import { utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { loadKeys } from '../../keys/keys.ts'
import { openText, sealText } from '../../keys/seal.ts'
import { createTemporalClient } from '../../temporal/client.ts'
import { startCommand } from '../support/command.ts'
import { startSystem, type System } from '../support/system.ts'

describe('rotation of the payload keys', () => {
  let system: System
  beforeAll(async () => (system = await startSystem()))
  afterAll(() => system.stop())

  /** Runs the command as an operator does. */
  const keys = (...words: string[]) =>
    startCommand('cli/keys.ts', ['payload', ...words], { DATA_DIR: system.config.DATA_DIR }).ended
  /** As a process does that starts now. */
  const restarted = () => loadKeys(system.config)
  const resultOf = async (id: string) => {
    const client = await createTemporalClient(system.config, await restarted())
    try {
      return await client.workflow.getHandle(id).result()
    } finally {
      await client.connection.close()
    }
  }

  test('old histories and texts stay readable until their key is pruned', async () => {
    const person = await system.api.register()
    const accepted = await person.post('/ai/generate', { brief: 'Ролик о чайнике, который поёт. 30 секунд.' })
    const { id, result } = await system.api.finished(accepted.body.id, person.token)
    const [old] = (await restarted()).payload
    const sealed = sealText('что было послано', [old])

    expect((await keys('activate')).err).toContain('add one first')
    expect((await keys('add')).out).toMatch(new RegExp(`^makes ${old.id}\nreads k\\w+\n`))
    // Known to all before anybody encrypts with it.
    expect((await restarted()).payload.map((k) => k.id)).toEqual([old.id, expect.not.stringMatching(old.id)])

    expect((await keys('activate')).out).toMatch(new RegExp(`^makes k\\w+\nreads ${old.id}\n`))
    const rotated = await restarted()
    expect(rotated.payload[0].id).not.toBe(old.id)
    await expect(resultOf(id)).resolves.toEqual(result)
    expect(openText(sealed, rotated.payload)).toBe('что было послано')
    // A process that was not restarted after the second step reads nothing new, but one that knows both reads all.
    expect(() => openText(sealText('новое', rotated.payload), [old])).toThrow('no payload key')

    const early = await keys('prune')
    expect(early).toMatchObject({ code: 1, err: expect.stringContaining('30 days ago') })
    expect((await restarted()).payload).toHaveLength(2)
    const longAgo = new Date(Date.now() - 31 * 86_400_000)
    await utimes(join(system.config.DATA_DIR, 'keys', 'payload.keys'), longAgo, longAgo)
    expect((await keys('prune')).code).toBe(0)
    const pruned = await restarted()
    expect(pruned.payload).toEqual([rotated.payload[0]])
    expect(() => openText(sealed, pruned.payload)).toThrow('no payload key')
    await expect(resultOf(id)).rejects.toThrow()
  })

  test('shows no secret, and refuses what it does not know', async () => {
    const [{ secret }] = (await restarted()).payload
    const listed = await keys('list')
    expect(listed.out).not.toContain(secret.toString('base64url'))
    expect(await keys('burn')).toMatchObject({ code: 1, err: expect.stringContaining('usage') })
  })
})
