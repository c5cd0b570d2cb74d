/**
 * Removes for good what was deleted longer ago than it can be restored. Started by a schedule, several installations apart by their
 * suffix.
 */
export const PURGE = 'purge'

export const purgeScheduleId = (suffix: string): string => `purge-scenarios${suffix && `@${suffix}`}`
