import type { Kysely } from 'kysely'
import type { Config } from '../config.ts'
import type { Databases } from '../db/connection.ts'
import type { EventBus } from './bus.ts'
import { createKafkaBus } from './kafka.ts'
import { createPostgresBus } from './postgres.ts'
import { createRabbitBus } from './rabbitmq.ts'

/** The bus that `EVENT_BUS` chooses. Nothing connects before it is used. */
export function openBus(
  config: Pick<Config, 'EVENT_BUS' | 'KAFKA_BROKERS' | 'RABBITMQ_URL' | 'databases'>,
  databases: Pick<Databases, 'notifications'>,
): EventBus {
  if (config.EVENT_BUS === 'kafka') return createKafkaBus({ brokers: config.KAFKA_BROKERS ?? '' })
  if (config.EVENT_BUS === 'rabbitmq') return createRabbitBus({ url: config.RABBITMQ_URL ?? '' })
  // The log lives beside its only consumer; publishers reach it through the bus alone.
  const db = databases.notifications as unknown as Kysely<never>
  return createPostgresBus({ db, url: config.databases?.notifications ?? '' })
}
