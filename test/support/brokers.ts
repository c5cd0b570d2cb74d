import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from 'amqplib'
import { v4 as uuid } from 'uuid'
import { freePort } from '../../local/processes/ports.ts'

/** A real broker for one test file. */
export interface Broker {
  /** `host:port` of Kafka, or the URL of RabbitMQ. */
  readonly address: string
  stop(): Promise<void>
}

/** One that a test may kill in the middle, and start again with what it had written. */
export interface MortalBroker extends Broker {
  crash(): Promise<void>
  restart(): Promise<void>
}

/** Paths: what a broker shows, and whose certificates it wants to see; without them it speaks no TLS. */
export interface BrokerTls {
  readonly ca: string
  readonly cert: string
  readonly key: string
}

/** The newest Kafka whose tools are published with it. */
const KAFKA = '4.3.1'
const KAFKA_LIBS = join(homedir(), '.cache', 'scenor', `kafka-${KAFKA}`, 'libs')
const RABBIT_SERVER = '/usr/lib/rabbitmq/bin/rabbitmq-server'
const START_LIMIT_MS = 90_000

/** Where to get what a test needs. In CI a missing broker is a failure, elsewhere the suite is skipped. */
export const MISSING = {
  kafka: () =>
    existsSync(KAFKA_LIBS) || process.env['TEST_KAFKA_BROKERS']
      ? undefined
      : `no Kafka ${KAFKA} in ${KAFKA_LIBS} (.ci/install-brokers.sh puts it there)`,
  rabbitmq: () =>
    existsSync(RABBIT_SERVER) || process.env['TEST_RABBITMQ_URL']
      ? undefined
      : 'no rabbitmq-server on this machine (apt-get install rabbitmq-server)',
} as const

export const startKafka = async (): Promise<Broker> => {
  const given = process.env['TEST_KAFKA_BROKERS']
  return given ? { address: given, stop: async () => {} } : startOwnKafka()
}

/**
 * A single KRaft node of its own: controller and broker in one JVM.
 * @param through where clients are to find it; default: where it is
 */
export async function startOwnKafka(
  through = (address: string) => Promise.resolve(address),
  tls?: BrokerTls,
): Promise<MortalBroker> {
  const folder = mkdtempSync(join(tmpdir(), 'scenor-kafka-'))
  const [port, controller] = [await freePort(), await freePort()]
  const properties = join(folder, 'server.properties')
  const address = await through(`127.0.0.1:${port}`)
  const protocol = tls ? 'SSL' : 'PLAINTEXT'
  if (tls)
    writeFileSync(join(folder, 'broker.pem'), `${readFileSync(tls.key, 'utf8')}${readFileSync(tls.cert, 'utf8')}`)
  writeFileSync(
    properties,
    [
      'process.roles=broker,controller',
      'node.id=1',
      `controller.quorum.voters=1@127.0.0.1:${controller}`,
      `listeners=${protocol}://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}`,
      `advertised.listeners=${protocol}://${address}`,
      `listener.security.protocol.map=CONTROLLER:PLAINTEXT,${protocol}:${protocol}`,
      `inter.broker.listener.name=${protocol}`,
      ...(tls
        ? [
            ...['ssl.keystore.type=PEM', `ssl.keystore.location=${join(folder, 'broker.pem')}`],
            ...['ssl.truststore.type=PEM', `ssl.truststore.location=${tls.ca}`, 'ssl.client.auth=required'],
          ]
        : []),
      'controller.listener.names=CONTROLLER',
      `log.dirs=${join(folder, 'logs')}`,
      'auto.create.topics.enable=false',
      'offsets.topic.replication.factor=1',
      'offsets.topic.num.partitions=1',
      'transaction.state.log.replication.factor=1',
      'transaction.state.log.min.isr=1',
      // A test's groups are one or two members: nobody else is waited for.
      'group.initial.rebalance.delay.ms=0',
    ].join('\n'),
  )
  const classpath = join(KAFKA_LIBS, '*')
  await run('java', [
    '-Xmx128m',
    '-XX:TieredStopAtLevel=1',
    '-cp',
    classpath,
    'kafka.tools.StorageTool',
    'format',
    '-t',
    uuid(),
    '-c',
    properties,
  ])
  const launch = () =>
    spawn('java', ['-Xmx384m', '-XX:TieredStopAtLevel=1', '-cp', classpath, 'kafka.Kafka', properties], {
      stdio: ['ignore', 'ignore', 'ignore'],
      cwd: folder,
    })
  return mortal(address, folder, launch, () => reachable(port))
}

export const startRabbit = async (): Promise<Broker> => {
  const given = process.env['TEST_RABBITMQ_URL']
  return given ? { address: given, stop: async () => {} } : startOwnRabbit()
}

/** A node of its own: name, ports, data and cookie. */
export async function startOwnRabbit(tls?: BrokerTls): Promise<MortalBroker> {
  const folder = mkdtempSync(join(tmpdir(), 'scenor-rabbit-'))
  const [port, distribution, epmd] = [await freePort(), await freePort(), await freePort()]
  for (const name of ['mnesia', 'log', 'home']) mkdirSync(join(folder, name))
  writeFileSync(join(folder, 'plugins'), '[].')
  const listens = tls
    ? [
        ...['listeners.tcp = none', `listeners.ssl.default = 127.0.0.1:${port}`],
        ...[`ssl_options.cacertfile = ${tls.ca}`, `ssl_options.certfile = ${tls.cert}`],
        ...[`ssl_options.keyfile = ${tls.key}`, 'ssl_options.verify = verify_peer'],
        'ssl_options.fail_if_no_peer_cert = true',
      ]
    : [`listeners.tcp.default = 127.0.0.1:${port}`]
  writeFileSync(join(folder, 'rabbitmq.conf'), [...listens, 'loopback_users = none', ''].join('\n'))
  const env = {
    PATH: process.env['PATH'],
    HOME: join(folder, 'home'),
    RABBITMQ_NODENAME: `scenor${port}@localhost`,
    RABBITMQ_MNESIA_BASE: join(folder, 'mnesia'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_PID_FILE: join(folder, 'pid'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'plugins'),
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
    RABBITMQ_CONF_ENV_FILE: join(folder, 'no-env'),
    RABBITMQ_DIST_PORT: String(distribution),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none',
    ERL_EPMD_PORT: String(epmd),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    // Else it refuses to end while it believes that the node that was just killed lives.
    ERL_EPMD_RELAXED_COMMAND_CHECK: '1',
  }
  const address = `${tls ? 'amqps' : 'amqp'}://guest:guest@127.0.0.1:${port}`
  const shown = tls && { ca: readFileSync(tls.ca), cert: readFileSync(tls.cert), key: readFileSync(tls.key) }
  const launch = () =>
    spawn(RABBIT_SERVER, [], { stdio: ['ignore', 'ignore', 'ignore'], env, cwd: folder, detached: true })
  const ready = async () => {
    if (!(await reachable(port))) return false
    const connection = await connect(address, shown && { servername: '', ...shown }).catch(() => undefined)
    await connection?.close()
    return connection !== undefined
  }
  const broker = mortal(address, folder, launch, ready)
  // Erlang's port mapper is a daemon that nobody ends.
  const endMapper = () => run('epmd', ['-port', String(epmd), '-kill'], { PATH: process.env['PATH'] }).catch(() => {})
  try {
    const started = await broker
    return { ...started, stop: () => started.stop().then(endMapper) }
  } catch (error) {
    await endMapper()
    throw error
  }
}

/** Starts a broker and waits until it serves. */
async function mortal(
  address: string,
  folder: string,
  launch: () => ChildProcess,
  ready: () => Promise<boolean>,
): Promise<MortalBroker> {
  let child: ChildProcess
  const crash = async () => {
    const exited = new Promise((resolve) => child.once('exit', resolve))
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
    // RabbitMQ's script has the node as its child: its whole group ends.
    process.kill(child.spawnfile === RABBIT_SERVER ? -child.pid : child.pid, 'SIGKILL')
    await exited
  }
  const restart = async () => {
    child = launch()
    await until(child, ready)
  }
  const stop = async () => {
    await crash()
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }
  try {
    await restart()
  } catch (error) {
    await stop()
    throw error
  }
  return { address, crash, restart, stop }
}

const run = (command: string, args: string[], env?: NodeJS.ProcessEnv): Promise<void> =>
  new Promise((resolve, reject) => {
    execFile(command, args, { timeout: 60_000, ...(env && { env }) }, (error) => (error ? reject(error) : resolve()))
  })

const reachable = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' })
    socket.once('connect', () => (socket.destroy(), resolve(true)))
    socket.once('error', () => resolve(false))
  })

async function until(child: ChildProcess, ready: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + START_LIMIT_MS; !(await ready()); await sleep(200)) {
    if (child.exitCode !== null) throw new Error(`the broker ended with code ${child.exitCode}`)
    if (Date.now() > end) throw new Error(`the broker was not ready within ${START_LIMIT_MS / 1_000} s`)
  }
}
