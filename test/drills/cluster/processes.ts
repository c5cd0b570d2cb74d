import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, openSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Path of a program that `.ci/go-tools.sh` or a sibling of it made. */
export const cached = (name: string): string =>
  join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'scenor', name)

/** Programs that belong to a drill: each writes into a file of its own, and all are ended with it, the last one first. */
export interface Processes extends AsyncDisposable {
  start(name: string, program: string, args: readonly string[], env?: Record<string, string>): void
  /** @throws Error with the last lines of one that has ended */
  check(): void
  /** Resident memory in MiB of each. */
  memory(): Record<string, number>
}

export function createProcesses(folder: string): Processes {
  mkdirSync(folder, { recursive: true })
  const all = new Map<string, ChildProcess>()
  const log = (name: string) => join(folder, `${name}.log`)
  return {
    start(name, program, args, env = {}) {
      const out = openSync(log(name), 'w')
      all.set(name, spawn(program, args, { stdio: ['ignore', out, out], env: { ...process.env, ...env } }))
    },
    check() {
      for (const [name, { exitCode, signalCode }] of all)
        if (exitCode !== null || signalCode !== null)
          throw new Error(`${name} has ended:\n${readFileSync(log(name), 'utf8').split('\n').slice(-8).join('\n')}`)
    },
    memory: () =>
      Object.fromEntries(
        [...all].map(([name, { pid }]) => [
          name,
          Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024),
        ]),
      ),
    async [Symbol.asyncDispose]() {
      for (const child of [...all.values()].reverse()) {
        if (child.exitCode !== null || child.signalCode !== null) continue
        const gone = once(child, 'exit')
        child.kill('SIGTERM')
        const late = setTimeout(() => child.kill('SIGKILL'), 10_000)
        await gone
        clearTimeout(late)
      }
    },
  }
}
