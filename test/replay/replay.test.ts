import { beforeAll, expect, test } from '@jest/globals'
import { globSync, readFileSync } from 'node:fs'
import { Worker } from '@temporalio/worker'
import { dataConverter } from '../../temporal/client.ts'
import * as workflows from '../../workflows/index.ts'
import { quietRuntime } from '../support/quiet.ts'
import { testServers } from '../support/servers.ts'
import { missedBranches } from './branches.ts'
import { REPLAY_KEYS } from './key.ts'

const folder = new URL('./releases/', import.meta.url)
/** `<version>/<workflow>-<its way>.json` */
const files = globSync('*/*.json', { cwd: folder }).sort()

interface Recorded {
  readonly workflowId: string
  readonly history: unknown
}
const read = (file: string) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Recorded

/** Where what runs can be counted; the SDK takes it from replays too. */
const IN_THIS_THREAD: object = { debugMode: true }

beforeAll(quietRuntime)
const replay = ({ history, workflowId }: Recorded) =>
  Worker.runReplayHistory(
    {
      workflowBundle: { codePath: testServers().bundlePath },
      dataConverter: dataConverter({ payload: REPLAY_KEYS }),
      ...IN_THIS_THREAD,
    },
    history,
    workflowId,
  )

test('today’s workflows replay every history on record, of this release and those before', async () => {
  const diverged: string[] = []
  await missedBranches(testServers().bundlePath, async () => {
    for (const file of files)
      await replay(read(file)).catch((error: unknown) => void diverged.push(`${file}: ${String(error)}`))
  }).then((missed) => (branches = missed))
  expect(files.length).toBeGreaterThan(30)
  expect(diverged).toEqual([])
})

let branches: string[] | undefined
/** Where none leads that can be recorded: a failure of no step, and a step that nobody takes for an hour. */
const NEVER = [
  "workflows/failures.ts: if (cause instanceof ApplicationFailure && cause.type?.includes('.')) return cause.type as ErrorCode",
]
test('there is a history of each workflow, and of each branch in it', () => {
  for (const workflow of Object.keys(workflows))
    expect(files.filter((file) => file.includes(`/${workflow}-`))).not.toEqual([])
  // A new branch wants a history that goes through it: npm run replay:record.
  expect(branches?.filter((place) => !NEVER.includes(place))).toEqual([])
})

test('a history of another course is told from ours', async () => {
  const file = files.find((name) => name.endsWith('/generation-succeeded.json')) ?? ''
  const changed = JSON.stringify(read(file)).replaceAll('"writeScript"', '"writeSomething"')
  await expect(replay(JSON.parse(changed) as Recorded)).rejects.toThrow()
})
