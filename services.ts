/**
 * The five services. The same word names the database, the folder under `db/`, the task queue and the worker role.
 * `sharing` and `templates` are words of the `scenarios` service, not services of their own.
 */
export const SERVICES = ['auth', 'users', 'scenarios', 'ai', 'notifications'] as const

export type Service = (typeof SERVICES)[number]
