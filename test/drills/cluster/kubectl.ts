import { execFile, spawn } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { cached } from './processes.ts'

const run = promisify(execFile)
const TOOLS = cached('kube-tools-1')
/** For what hangs. */
const LIMIT_MS = 600_000

export interface Ran {
  readonly code: number
  readonly text: string
  readonly errors: string
}

/** kubectl, Helm and our scripts of delivery as one identity of the cluster. */
export interface Kubectl {
  readonly env: Readonly<Record<string, string>>
  /** What kubectl says. @throws Error with what it said */
  kube(...args: string[]): Promise<string>
  /** As JSON. */
  get<T>(...args: string[]): Promise<T>
  /** Applies objects by the server, which refuses fields that it does not know. @returns its warnings */
  apply(objects: readonly object[], ...args: string[]): Promise<string>
  /** A program to its end, whatever it comes to. */
  ran(program: string, args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ran>
}

export function createKubectl(kubeconfig: string): Kubectl {
  const env = {
    PATH: `${join(TOOLS, 'helm')}:${join(TOOLS, 'kubectl')}:${process.env['PATH']}`,
    HOME: String(process.env['HOME']),
    KUBECONFIG: kubeconfig,
  }
  const options = { env, maxBuffer: 1e8, timeout: LIMIT_MS }
  const kube = async (...args: string[]) => (await run('kubectl', args, options)).stdout
  return {
    ...{ env, kube },
    get: async (...args) => JSON.parse(await kube('get', '-o', 'json', ...args)),
    async apply(objects, ...args) {
      const child = spawn('kubectl', ['apply', '--server-side', '-f', '-', ...args], { env })
      let [out, errors] = ['', '']
      child.stdout.on('data', (piece) => (out += String(piece)))
      child.stderr.on('data', (piece) => (errors += String(piece)))
      child.stdin.end(objects.map((object) => JSON.stringify(object)).join('\n---\n'))
      const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
      if (code !== 0) throw new Error(`kubectl apply: ${errors}${out}`)
      return errors
    },
    ran: async (program, args, more = {}) => {
      try {
        const { stdout, stderr } = await run(program, args, { ...options, env: { ...env, ...more } })
        return { code: 0, text: stdout, errors: stderr }
      } catch (error) {
        const { code, stdout, stderr } = error as { code?: number; stdout?: string; stderr?: string }
        if (typeof code !== 'number') throw error
        return { code, text: stdout ?? '', errors: stderr ?? '' }
      }
    },
  }
}
