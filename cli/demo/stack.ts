import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Config } from '../../config.ts'
import { findSupervisor } from '../../local/single-instance.ts'

/** A Scenor that serves. */
export interface Stack {
  /** True when the demo started it, and so ends it. */
  readonly ours: boolean
  readonly stop: () => Promise<void>
}

export class StackError extends Error {
  override readonly name = 'StackError'
}

const OTHERS_START_MS = 60_000

/** The running Scenor when there is one, else one of our own, with the progress of its start shown. */
export async function findOrStartStack(
  config: Config,
  print: (line: string) => void,
  interrupted: AbortSignal,
): Promise<Stack> {
  const theirs: Stack = { ours: false, stop: async () => {} }
  if (await isReady(config.publicUrl)) return theirs
  if (findSupervisor(join(resolve(config.DATA_DIR), 'run'))) {
    print('Scenor is starting already; waiting for it …')
    for (const giveUp = Date.now() + OTHERS_START_MS; Date.now() < giveUp; await sleep(250))
      if (await isReady(config.publicUrl)) return theirs
    throw new StackError(
      `Scenor runs, but ${config.publicUrl}/health/ready does not answer well. Look at the logs in ${resolve(config.DATA_DIR)}/logs`,
    )
  }
  print('No Scenor runs here; starting one for the demo …')
  return start(config, print, interrupted)
}

const MAIN = fileURLToPath(new URL('../../local/main.mjs', import.meta.url))

async function start(config: Config, print: (line: string) => void, interrupted: AbortSignal): Promise<Stack> {
  // With a channel: when the demo is killed, the supervisor sees it close and ends too. In a group of its own: Ctrl-C is for us to pass on.
  const child = spawn(process.execPath, [MAIN], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'], detached: true })
  let ended = false
  const exited = once(child, 'exit').then(() => (ended = true))
  let showing = true
  if (!child.stdout) throw new Error('no output of the supervisor to read')
  createInterface({ input: child.stdout }).on('line', (line) => {
    // Its banner says what the demo shows by doing it.
    if (line.startsWith('Scenor is ready')) showing = false
    if (showing && line !== '') print(`  ${line}`)
  })
  const stop = async () => {
    if (!ended) child.kill('SIGTERM')
    await exited
  }
  interrupted.addEventListener('abort', () => void child.kill('SIGTERM'))
  while (!ended) {
    if (!showing && (await isReady(config.publicUrl))) return { ours: true, stop }
    await Promise.race([sleep(100), exited])
  }
  throw new StackError(interrupted.aborted ? 'Interrupted.' : 'Scenor did not start; what it said is above.')
}

async function isReady(baseUrl: string): Promise<boolean> {
  try {
    const response = await fetch(`${baseUrl}/health/ready`, { signal: AbortSignal.timeout(5_000) })
    // Some other program may listen on that port.
    const body = (await response.json()) as { checks?: unknown } | null
    return response.ok && typeof body?.checks === 'object'
  } catch {
    return false
  }
}
