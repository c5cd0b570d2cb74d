import type { Service } from '../services.ts'

/** The task queue of a service: its name, with the installation's suffix after an `@`. */
export const taskQueue = (service: Service, suffix: string): string =>
  suffix === '' ? service : `${service}@${suffix}`

/** The queue of another service in the same installation as `own`. */
export const siblingQueue = (own: string, service: Service): string => taskQueue(service, own.split('@')[1] ?? '')
