import { expect, test } from '@jest/globals'
import { readdirSync, readFileSync } from 'node:fs'
import { Worker } from '@temporalio/worker'
import { dataConverter } from '../../temporal.ts'
import * as workflows from '../../workflows/index.ts'
import { quietRuntime } from '../support/quiet.ts'
import { testServers } from '../support/servers.ts'
import { REPLAY_KEYS } from './key.ts'

const folder = new URL('./histories/', import.meta.url)
const files = readdirSync(folder).filter((name) => name.endsWith('.json'))

interface Recorded {
  readonly workflowId: string
  readonly history: unknown
}
const read = (file: string) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Recorded

quietRuntime()
const replay = ({ history, workflowId }: Recorded) =>
  Worker.runReplayHistory(
    { workflowBundle: { codePath: testServers().bundlePath }, dataConverter: dataConverter({ payload: REPLAY_KEYS }) },
    history,
    workflowId,
  )

test('there is a history for each workflow', () => {
  for (const workflow of Object.keys(workflows)) expect(files.filter((f) => f.startsWith(workflow))).not.toEqual([])
})

test.each(files)('today’s workflows replay %s', (file) => replay(read(file)))

test('a history of another course is told from ours', async () => {
  const changed = JSON.stringify(read('generation-succeeded.json')).replaceAll('"writeScript"', '"writeSomething"')
  await expect(replay(JSON.parse(changed) as Recorded)).rejects.toThrow()
})
