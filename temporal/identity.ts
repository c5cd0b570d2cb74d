import { hostname } from 'node:os'
import { version } from '../telemetry/version.ts'

/** How a process calls itself to the Temporal server: its role, release, process and host, as the Web UI shows them of each event. */
export const identityOf = (role: string): string => `${role} ${version} ${process.pid}@${hostname()}`
