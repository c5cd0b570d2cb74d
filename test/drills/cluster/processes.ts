import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { lastLines, launch, type Running } from '../../../local/processes/running.ts'
import { cacheFolder } from '../../../local/temporal/cache-folder.mjs'

/** Path of a program that `.ci/go-tools.sh` or a sibling of it made. */
export const cached = (name: string): string => join(cacheFolder(process.env), name)

/** Programs that belong to a drill: each writes into a file of its own, and all are ended with it, the last one first. */
export interface Processes extends AsyncDisposable {
  /** @throws Error when there is no such program */
  start(name: string, command: string, args: readonly string[]): Promise<void>
  /** @throws Error with the last lines of one that has ended */
  check(): void
  /** Resident memory in MiB of each. */
  memory(): Record<string, number>
}

export function createProcesses(folder: string): Processes {
  const all = new Map<string, Running>()
  const ended = new Set<string>()
  const log = (name: string) => join(folder, `${name}.log`)
  return {
    async start(name, command, args) {
      const options = { command, args, env: process.env, log: log(name) }
      const running = await launch({ ...options, stopSignal: 'SIGTERM', stopWithinMs: 10_000 })
      all.set(name, running)
      void running.exited.then(() => ended.add(name))
    },
    check() {
      for (const name of ended) throw new Error(`${name} has ended:\n${lastLines(log(name))}`)
    },
    memory: () =>
      Object.fromEntries(
        [...all].map(([name, { pid }]) => [
          name,
          Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024),
        ]),
      ),
    async [Symbol.asyncDispose]() {
      for (const [name, running] of [...all].reverse()) if (!ended.has(name)) await running.stop()
    },
  }
}
