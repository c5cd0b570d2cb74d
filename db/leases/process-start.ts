import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * The start time of a living process, or null when there is none. A zombie counts as dead: in a container without an init it stays for
 * ever.
 */
export function startTimeOf(pid: number): string | null {
  return process.platform === 'linux' ? linuxStartTime(pid) : psStartTime(pid)
}

function linuxStartTime(pid: number): string | null {
  let stat: string
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return null
  }
  // The second field, the command in parentheses, may hold spaces and parentheses itself; what follows the last `)` starts with field 3.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state, ticks] = [fields[0], fields[19]]
  // Field 22 counts from the boot: with the boot's id a pid of before a reboot never matches.
  return ticks === undefined || state === 'Z' || state === 'X' ? null : `${ticks}@${bootId()}`
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return ''
  }
}

function psStartTime(pid: number): string | null {
  try {
    const out = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { LC_ALL: 'C', PATH: '/bin:/usr/bin' },
    }).trim()
    return out === '' || out.startsWith('Z') ? null : out.replace(/^\S+\s+/, '')
  } catch {
    return null
  }
}
