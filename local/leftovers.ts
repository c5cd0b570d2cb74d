import { POSTGRES_SIGNALS } from './postgres/postgres-cluster.ts'
import {
  endRecorded,
  isAlive,
  readRecords,
  removeRecord,
  type ProcessRecord,
  type Signals,
} from './processes/process-record.ts'

const GENTLE: Signals = [
  { signal: 'SIGTERM', waitMs: 15_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
]
const KILLED: Signals = [{ signal: 'SIGKILL', waitMs: 5_000 }]
/** From the end of the list to its start: our own processes finish their work while the servers still answer. */
const SERVERS = ['postgres', 'temporal']

/**
 * Ends every process that the records in the folder name and that still lives: what a killed supervisor left, or what was being started
 * when this one was told to stop. Processes are known by pid and start time, never by name.
 */
export async function endRecordedProcesses(folder: string, how: 'gently' | 'at once'): Promise<ProcessRecord[]> {
  const records = readRecords(folder)
  const alive = records.filter(isAlive)
  const end = async (record: ProcessRecord) => {
    await endRecorded(record, how === 'at once' ? KILLED : record.name === 'postgres' ? POSTGRES_SIGNALS : GENTLE)
  }
  await Promise.all(alive.filter(({ name }) => !SERVERS.includes(name)).map(end))
  for (const server of [...SERVERS].reverse())
    for (const record of alive.filter(({ name }) => name === server)) await end(record)
  for (const { name } of records) removeRecord(folder, name)
  return alive
}
