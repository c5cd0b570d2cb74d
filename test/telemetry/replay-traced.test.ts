import { beforeAll, expect, test } from '@jest/globals'
import { globSync, readFileSync } from 'node:fs'
import { Worker } from '@temporalio/worker'
import { dataConverter } from '../../temporal/client.ts'
import { REPLAY_KEYS } from '../replay/key.ts'
import { quietRuntime } from '../support/quiet.ts'
import { testServers } from '../support/servers.ts'

const folder = new URL('../replay/releases/', import.meta.url)
const files = globSync('*/*-succeeded.json', { cwd: folder }).toSorted()

type Fields = Record<string, unknown>
interface Recorded {
  readonly workflowId: string
  readonly history: { events: Record<string, { header?: { fields?: Fields } }>[] }
}
/** A payload as histories on record hold it. */
const payload = (text: string) => ({
  metadata: { encoding: Buffer.from('json/plain').toString('base64') },
  data: Buffer.from(JSON.stringify(text)).toString('base64'),
})
const TRACE = `00-${'a'.repeat(32)}-${'b'.repeat(16)}`

beforeAll(quietRuntime)
test.each([
  ['without a trace', undefined],
  ['with a trace that is recorded', `${TRACE}-01`],
  ['with one that is not', `${TRACE}-00`],
])('histories replay %s', async (_, traceparent) => {
  expect(files.length).toBeGreaterThan(8)
  const diverged: string[] = []
  for (const file of files) {
    const { workflowId, history } = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Recorded
    for (const event of history.events)
      for (const attributes of Object.values(event)) {
        const header = typeof attributes === 'object' ? attributes?.header : undefined
        if (header?.fields) header.fields = traceparent === undefined ? {} : { traceparent: payload(traceparent) }
      }
    await Worker.runReplayHistory(
      {
        workflowBundle: { codePath: testServers().bundlePath },
        dataConverter: dataConverter({ payload: REPLAY_KEYS }),
      },
      history,
      workflowId,
    ).catch((error: unknown) => void diverged.push(`${file}: ${String(error)}`))
  }
  expect(diverged).toEqual([])
})
