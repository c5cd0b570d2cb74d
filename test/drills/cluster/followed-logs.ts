import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import type { Kubectl } from './kubectl.ts'

const EVERY_MS = 1_000

/** Keeps what each of these pods says, in a file of its own: most of them are gone when something is noticed. */
export function followLogs(
  folder: string,
  { env }: Kubectl,
  namespace: string,
  pods: () => Promise<readonly { readonly metadata: { readonly name: string } }[]>,
): Disposable {
  const followed = new Set<string>()
  const follow = (name: string) => {
    followed.add(name)
    const out = openSync(join(folder, `${name}.log`), 'w')
    const logs = spawn('kubectl', ['-n', namespace, 'logs', '-f', name], { env, stdio: ['ignore', out, out] })
    closeSync(out)
    // Before it has begun there is nothing to follow.
    logs.once('close', (code) => code !== 0 && followed.delete(name))
  }
  const look = () =>
    pods().then(
      (found) => found.forEach(({ metadata: { name } }) => followed.has(name) || follow(name)),
      () => {},
    )
  const timer = setInterval(() => void look(), EVERY_MS)
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
