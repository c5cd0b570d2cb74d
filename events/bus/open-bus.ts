import type { Config } from '../../config.ts'
import type { Databases } from '../../db/databases.ts'
import { ownTls, type ServiceTls } from '../../network/own-tls.ts'
import type { EventBus } from './bus.ts'

/**
 * The bus that `EVENT_BUS` chooses. Nothing connects before it is used, and the client of a broker is loaded only where that broker is
 * chosen: Kafka's alone is a fifth of the time in which a worker process loads.
 */
export async function openBus(
  config: Pick<Config, 'EVENT_BUS' | 'KAFKA_BROKERS' | 'KAFKA_SECURITY_PROTOCOL' | 'RABBITMQ_URL' | 'listenUrls'> &
    ServiceTls,
  databases: Pick<Databases, 'notifications'>,
): Promise<EventBus> {
  if (config.EVENT_BUS === 'kafka') {
    const { createKafkaBus } = await import('./kafka.ts')
    return createKafkaBus({
      brokers: config.KAFKA_BROKERS ?? '',
      tls: config.KAFKA_SECURITY_PROTOCOL === 'SSL' ? ownTls(config) : undefined,
    })
  }
  if (config.EVENT_BUS === 'rabbitmq') {
    const { createRabbitBus } = await import('./rabbitmq.ts')
    return createRabbitBus({ url: config.RABBITMQ_URL ?? '', tls: ownTls(config) })
  }
  const { createPostgresBus } = await import('./postgres.ts')
  // The log lives beside its only consumer; publishers reach it through the bus alone.
  return createPostgresBus({ db: databases.notifications, url: config.listenUrls?.notifications ?? '' })
}
