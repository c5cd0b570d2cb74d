import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

export interface DataFolder {
  readonly root: string
  readonly run: string
  readonly postgres: string
  readonly temporal: string
  readonly log: (name: string) => string
}

/** Something about the machine or the configuration that a person must change; the message says what. No stack is of use. */
export class CannotStart extends Error {
  override readonly name = 'CannotStart'
}

/** Makes DATA_DIR and checks that it can be written, before anything is started in it. */
export function openDataFolder(dataDir: string): DataFolder {
  const root = resolve(dataDir)
  const probe = join(root, `.probe.${process.pid}`)
  try {
    mkdirSync(join(root, 'run'), { recursive: true })
    mkdirSync(join(root, 'logs'), { recursive: true })
    // Histories are in it; encrypted, yet nobody else's business. (Postgres looks after its own folder.)
    mkdirSync(join(root, 'temporal'), { recursive: true, mode: 0o700 })
    writeFileSync(probe, '')
    rmSync(probe)
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    throw new CannotStart(
      `DATA_DIR: the folder ${root} cannot be written (${code ?? message}). Choose another: DATA_DIR=/path npm start`,
      { cause },
    )
  }
  return {
    root,
    run: join(root, 'run'),
    postgres: join(root, 'postgres'),
    temporal: join(root, 'temporal'),
    log: (name) => join(root, 'logs', `${name}.log`),
  }
}
