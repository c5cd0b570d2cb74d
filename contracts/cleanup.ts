/** Gives up registrations that nobody finished, and removes what is past its time. Started by a schedule. */
export const CLEANUP = 'cleanup'

export const cleanupScheduleId = (suffix: string): string => (suffix === '' ? 'cleanup' : `cleanup@${suffix}`)

export const CLEANUP_EVERY_MS = 3_600_000
