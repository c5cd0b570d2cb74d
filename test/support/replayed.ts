import { startCommand } from './command.ts'

/**
 * Replays a history on record against today's workflows, in a process of its own: beside workers at work it cannot be done.
 * @param path of a history, or of a fixture that `replay export --test` wrote
 * @returns what `replay run` says, and its exit code
 */
export const replayed = (path: string): Promise<{ readonly code: number | null; readonly out: string }> =>
  startCommand('cli/replay.ts', ['run', path], {}).ended
