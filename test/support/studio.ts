import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'

const PROGRAM = resolve(import.meta.dirname, '../../studio/build.ts')

/** Builds the studio if it is stale, in a process of its own: its tools do not run within jest. */
export const buildStudio = () => promisify(execFile)(process.execPath, [PROGRAM])
