import {
  createDecipheriv,
  createECDH,
  createPublicKey,
  hkdfSync,
  randomBytes,
  randomUUID,
  type ECDH,
} from 'node:crypto'
import type { lookup } from 'node:dns'
import { createServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { jwtVerify } from 'jose'
import type { PushNetwork } from '../../notifications/channels/web-push.ts'
import { selfSigned } from './certificate.ts'

const HOST = 'push.example.test'

/** What the service answers the next message; absent: 201. */
export type PushAnswer =
  | { readonly status: number; readonly headers?: Record<string, string> }
  | 'hang'
  | 'hang_up'
  /** 201, and a body without an end. */
  | 'endless'

export interface PushMessage {
  readonly path: string
  readonly headers: NodeJS.Dict<string | string[]>
  readonly body: Buffer
}

/** A push service on loopback that misbehaves on demand, and browsers that subscribe at it. */
export async function startPushServer() {
  const { key, cert } = selfSigned(HOST)
  const messages: PushMessage[] = []
  const planned: PushAnswer[] = []
  const sockets = new Set<Socket>()
  const server = createServer({ key, cert }, (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      messages.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) })
      const answer = planned.shift() ?? { status: 201 }
      if (answer === 'hang') return
      if (answer === 'hang_up') return void request.socket.destroy()
      if (answer === 'endless') {
        response.writeHead(201)
        const more = () => {
          if (!response.destroyed) response.write('x'.repeat(65_536), () => setImmediate(more))
        }
        return more()
      }
      response.writeHead(answer.status, answer.headers).end('the service quotes what it was sent')
    })
  })
  let connections = 0
  let most = 0
  server.on('connection', (socket: Socket) => {
    connections++
    sockets.add(socket)
    most = Math.max(most, sockets.size)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const resolve = ((_name: string, _options: unknown, callback: (...all: unknown[]) => void) =>
    callback(null, [{ address: '127.0.0.1', family: 4 }])) as unknown as typeof lookup
  return {
    messages,
    /** How many there were, with or without a message. */
    connections: () => connections,
    /** How many there were at a time. */
    mostAtOnce: () => most,
    plan: (...answers: PushAnswer[]) => void planned.push(...answers),
    /** Leads every name here, and takes this one loopback address for a public one. */
    network: { resolve, ca: cert, isPublic: () => true } satisfies PushNetwork,
    /** As a browser subscribes. */
    subscribe: () => createBrowser(`https://${HOST}:${port}/push/${randomUUID()}`),
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((done) => server.close(done))
    },
  }
}

export type Browser = ReturnType<typeof createBrowser>

function createBrowser(endpoint: string) {
  const pair: ECDH = createECDH('prime256v1')
  pair.generateKeys()
  const secret = randomBytes(16)
  return {
    endpoint,
    /** The body of the contract's `push-subscriptions`. */
    subscription: {
      endpoint,
      keys: { p256dh: pair.getPublicKey('base64url'), auth: secret.toString('base64url') },
    },
    /** Decrypts a message for this browser (RFC 8291, one record of RFC 8188). */
    read: ({ body }: PushMessage): { title: string; body: string } => {
      const [salt, length] = [body.subarray(0, 16), body[20] as number]
      const sender = body.subarray(21, 21 + length)
      const sealed = body.subarray(21 + length)
      const info = Buffer.concat([Buffer.from('WebPush: info\0'), pair.getPublicKey(), sender])
      const material = Buffer.from(hkdfSync('sha256', pair.computeSecret(sender), secret, info, 32))
      const derive = (name: string, bytes: number) =>
        Buffer.from(hkdfSync('sha256', material, salt, `Content-Encoding: ${name}\0`, bytes))
      const decipher = createDecipheriv('aes-128-gcm', derive('aes128gcm', 16), derive('nonce', 12))
      decipher.setAuthTag(sealed.subarray(-16))
      const plain = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()])
      // Behind the text: the delimiter of the last record and padding.
      return JSON.parse(plain.subarray(0, plain.lastIndexOf(2)).toString('utf8')) as { title: string; body: string }
    },
  }
}

/** What the sender says of himself (RFC 8292), if it is signed with the key that browsers subscribed with. */
export async function vapidClaims({ headers }: PushMessage, publicKey: string) {
  const [, token = '', key] = /^vapid t=([\w.-]+), k=([\w-]+)$/.exec(String(headers['authorization'])) ?? []
  if (key !== publicKey) throw new Error('another key than the one that browsers subscribe with')
  const point = Buffer.from(publicKey, 'base64url')
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33).toString('base64url'),
  }
  return (await jwtVerify(token, createPublicKey({ key: jwk, format: 'jwk' }))).payload
}
