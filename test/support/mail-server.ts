import net from 'node:net'
import type { AddressInfo } from 'node:net'

export interface ReceivedMail {
  readonly to: string
  /** Raw, as it came over the wire. */
  readonly raw: string
  /** All parts decoded, one after the other. */
  readonly text: string
  readonly subject: string
}

/** Within what a test's mailer waits. */
const SLOWLY_MS = 500

/** What the server does with the next mail instead of taking it. */
type MailBehaviour =
  'refuse' | 'later' | 'disconnect' | 'hang_up_early' | 'take_and_disconnect' | 'take_and_say_nothing' | 'take_slowly'

export interface MailServer extends AsyncDisposable {
  /** For `SMTP_URL`. */
  readonly url: string
  readonly mails: ReceivedMail[]
  plan(...behaviours: MailBehaviour[]): void
  /** The first mail to that address with such a subject, not earlier than the `from`-th, as soon as it is there. */
  mailTo(address: string, from?: number, subject?: RegExp): Promise<ReceivedMail>
}

/** A mail server on loopback that refuses, puts off and hangs up on demand. */
export async function startMailServer(): Promise<MailServer> {
  const mails: ReceivedMail[] = []
  const planned: MailBehaviour[] = []
  const waiting = new Set<() => void>()
  const sockets = new Set<net.Socket>()

  const server = net.createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    let to = ''
    let body: string | undefined
    let rest = ''
    const say = (line: string) => socket.write(`${line}\r\n`)
    const take = (raw: string) => {
      const behaviour = planned.shift()
      if (behaviour === 'refuse') return say(`550 no such person <${to}>`)
      if (behaviour === 'later') return say(`451 not now <${to}>`)
      if (behaviour === 'disconnect') return socket.destroy()
      mails.push({ to, raw, text: decode(raw), subject: subjectOf(raw) })
      for (const look of waiting) look()
      if (behaviour === 'take_and_say_nothing') return
      if (behaviour === 'take_slowly') return void setTimeout(() => say('250 taken'), SLOWLY_MS)
      return behaviour === 'take_and_disconnect' ? socket.destroy() : say('250 taken')
    }
    const line = (text: string) => {
      const verb = text.slice(0, 4).toUpperCase()
      if (verb === 'EHLO') return say('250-sink\r\n250 8BITMIME')
      if (verb === 'RCPT' && planned[0] === 'hang_up_early') {
        planned.shift()
        return socket.destroy()
      }
      if (verb === 'RCPT') to = /<([^>]*)>/.exec(text)?.[1] ?? ''
      if (verb === 'QUIT') return socket.end('221 bye\r\n')
      if (verb !== 'DATA') return say('250 ok')
      body = ''
      return say('354 go on')
    }
    say('220 sink ESMTP')
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      rest += chunk
      for (;;) {
        const end = body === undefined ? '\r\n' : '\r\n.\r\n'
        const cut = rest.indexOf(end)
        if (cut < 0) return
        const piece = rest.slice(0, cut)
        rest = rest.slice(cut + end.length)
        if (body === undefined) line(piece)
        else {
          body = undefined
          take(piece)
        }
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mails,
    plan: (...behaviours) => void planned.push(...behaviours),
    mailTo: (address, from = 0, subject = /^/) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const mail = mails.slice(from).find((m) => m.to === address && subject.test(m.subject))
          if (!mail) return
          clearTimeout(late)
          waiting.delete(look)
          resolve(mail)
        }
        const late = setTimeout(() => {
          waiting.delete(look)
          reject(new Error('no such mail came within 25 s'))
        }, 25_000)
        waiting.add(look)
        look()
      }),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** The parts of a message as a reader sees them: transfer encodings undone. */
function decode(raw: string): string {
  return raw
    .split(/\r\n--[^\r\n]+/)
    .map((part) => {
      const cut = part.indexOf('\r\n\r\n')
      const [head, body] = [part.slice(0, cut).toLowerCase(), part.slice(cut + 4)]
      if (head.includes('base64')) return Buffer.from(body, 'base64').toString('utf8')
      if (!head.includes('quoted-printable')) return body
      const bytes = body
        .replace(/=\r\n/g, '')
        .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
      return Buffer.from(bytes, 'latin1').toString('utf8')
    })
    .join('\n')
}

const subjectOf = (raw: string): string =>
  (/^Subject: ((?:.|\r\n[ \t])*)/m.exec(raw)?.[1] ?? '')
    .replace(/\r\n[ \t]/g, '')
    .replace(/=\?UTF-8\?B\?([^?]*)\?=/gi, (_, text: string) => Buffer.from(text, 'base64').toString('utf8'))
    .replace(/=\?UTF-8\?Q\?([^?]*)\?=/gi, (_, text: string) =>
      Buffer.from(
        text
          .replaceAll('_', ' ')
          .replace(/=([0-9A-F]{2})/g, (_x, hex: string) => String.fromCharCode(parseInt(hex, 16))),
        'latin1',
      ).toString('utf8'),
    )

/** The token in the first link of a mail. */
export const tokenIn = (mail: ReceivedMail): string =>
  /https?:\/\/[^\s"<>]*(?:[?&#]token=|#\/[a-z-]+\/)([\w-]+)/.exec(mail.text)?.[1] ?? ''
