/** A process that makes exports and says what they took: run by `bench/exports.ts`, so that its memory is of exports alone. */
import { readFileSync } from 'node:fs'
import { createRenderer } from '../exports/renderer.ts'
import type { Exported } from '../exports/format.ts'
import { UNFILLED } from '../script/fields.ts'
import { createLogger } from '../telemetry/logger.ts'
import { script } from './scenario-data.ts'

/** What it prints, as JSON. Seconds; MiB of RSS above what the process held before its thread began. */
export interface Measured {
  readonly cold_s: number
  /** Of a core, in all threads: what other work on the machine does not change. */
  readonly cold_core_s: number
  readonly warm_s: number
  readonly short_s: number
  readonly peak_mib: number
  /** From the call to the file, while another person's fifty are asked for. */
  readonly among_fifty_s: number
}

/** A script of 150 scenes of three rows speaks for half an hour. */
const SCENES = { long: 150, short: 4 }
const OTHERS = 50

const document = (scenes: number, seed: number): Exported => ({
  ...UNFILLED,
  title: 'Полчаса о чайнике',
  language: 'ru',
  platform: 'youtube',
  kind: 'explainer',
  target_duration_s: 1_800,
  source: 'human',
  is_demo: false,
  author: null,
  version: 1,
  updated_at: '2026-01-01T00:00:00.000Z',
  scenes: script(scenes, seed) as Exported['scenes'],
})
const resident = (field: 'VmHWM' | 'VmRSS'): number =>
  Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1_024

const renderer = createRenderer({ logger: createLogger({ LOG_LEVEL: 'fatal' }, 'bench') })
const seconds = async (doc: Exported, person: string): Promise<number> => {
  const began = performance.now()
  await renderer.render('pdf', doc, person)
  return (performance.now() - began) / 1_000
}

const before = resident('VmRSS')
const cpu = process.cpuUsage()
const cold_s = await seconds(document(SCENES.long, 1), 'anna')
const { user, system } = process.cpuUsage(cpu)
const cold_core_s = (user + system) / 1e6
const warm_s = await seconds(document(SCENES.long, 2), 'anna')
const peak_mib = resident('VmHWM') - before
const short_s = await seconds(document(SCENES.short, 3), 'anna')
// Those that still wait when the other's file is there are given up with the thread.
for (let i = 0; i < OTHERS; i++) void renderer.render('pdf', document(SCENES.long, 4 + i), 'anna').catch(() => {})
const among_fifty_s = await seconds(document(SCENES.long, 3), 'boris')
const measured = { cold_s, cold_core_s, warm_s, short_s, peak_mib, among_fifty_s } satisfies Measured
process.stdout.write(JSON.stringify(measured))
await renderer.close()
process.exit(0)
