import { execFileSync } from 'node:child_process'
import { chownSync, readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** Another user for a program to run as, because Postgres refuses to run as root. */
export interface Account {
  readonly uid: number
  readonly gid: number
  /** Put before the command when the account could not reach the files without it. */
  readonly prefix: readonly string[]
}

const READ_ANYTHING = 2 // CAP_DAC_READ_SEARCH

/**
 * Under which account a program that refuses root can use `folders` (they exist). Null when we are not root: then it runs as ourselves.
 * @throws Error when there is no such account or it cannot reach the folders
 */
export function unprivilegedAccount(ownFolder: string, folders: readonly string[]): Account | null {
  if (process.getuid?.() !== 0) return null
  const owner = statSync(ownFolder)
  // A folder in use keeps its account, also when the machine meanwhile got a user named postgres.
  const { uid, gid } = owner.uid === 0 ? (lookUp('postgres') ?? createUser() ?? lookUp('nobody') ?? noAccount()) : owner
  if (owner.uid === 0) chownSync(ownFolder, uid, gid)
  const closed = [ownFolder, ...folders].flatMap(ancestors).find((folder) => !mayEnter(folder, uid, gid))
  return { uid, gid, prefix: closed === undefined ? [] : reachThrough(closed, uid, gid) }
}

/**
 * Folders such as /root or what `mktemp -d` makes let nobody else through. Rather than open them to everyone, or refuse, the one process
 * gets the one capability to read past that (`setpriv` of util-linux becomes the program, so the pid stays).
 */
function reachThrough(closed: string, uid: number, gid: number): string[] {
  const message = `Postgres does not run as root, and the account it uses instead (uid ${uid}) may not enter ${closed}. Set DATA_DIR to a folder others may enter and keep the project in one, allow it (chmod o+x ${closed}), or do not run as root.`
  try {
    const bounds = /^CapBnd:\s*([0-9a-f]+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0'
    if (((BigInt(`0x${bounds}`) >> BigInt(READ_ANYTHING)) & 1n) === 0n) throw new Error(message)
    const capability = 'dac_read_search'
    const prefix = [
      'setpriv',
      // initdb asks access(2) whether it may run postgres, and the kernel answers that without capabilities unless told so.
      '--securebits=+no_setuid_fixup',
      ...[`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'],
      ...['inh-caps', 'ambient-caps', 'bounding-set'].map((set) => `--${set}=-all,+${capability}`),
      '--',
    ]
    execFileSync('setpriv', [...prefix.slice(1), 'true'], { stdio: 'ignore' })
    return prefix
  } catch (cause) {
    throw new Error(message, { cause })
  }
}

function* parents(path: string): Generator<string> {
  for (let at = path; ; at = dirname(at)) {
    yield at
    if (dirname(at) === at) return
  }
}
const ancestors = (path: string): string[] => [...parents(path)].reverse()

function mayEnter(folder: string, uid: number, gid: number): boolean {
  const stat = statSync(folder)
  const bit = stat.uid === uid ? 0o100 : stat.gid === gid ? 0o010 : 0o001
  return (stat.mode & bit) !== 0
}

function lookUp(name: string): { uid: number; gid: number } | null {
  try {
    const id = (flag: string) =>
      Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))
    return { uid: id('-u'), gid: id('-g') }
  } catch {
    return null
  }
}

function createUser(): { uid: number; gid: number } | null {
  try {
    execFileSync(
      'useradd',
      ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres'],
      { stdio: 'ignore' },
    )
  } catch {
    return null
  }
  return lookUp('postgres')
}

function noAccount(): never {
  throw new Error(
    'Postgres does not run as root, and no account for it could be found or made. Run as another user, or give a server with DATABASE_URL.',
  )
}
