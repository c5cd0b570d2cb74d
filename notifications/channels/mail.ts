import type { Config } from '../../config.ts'
import { UnknownOutcome } from './unknown-outcome.ts'

/** As long as a mail server may take for its greeting, and until a connection stands. */
const STEP_MS = 10_000
/** Until it has taken the whole text. Before that no mail is anywhere, and another try costs nothing. */
const BEFORE_TEXT_MS = 60_000
/**
 * As long as it may take to say whether it has a mail whose text it has (RFC 5321 §4.5.3.2.6): it may be delivering it meanwhile, and who
 * hangs up and comes again sends it twice.
 */
const AFTER_TEXT_MS = 600_000
/** Of that, once the process is told to stop. */
const WHEN_STOPPING_MS = 60_000

export interface OutgoingMail {
  /** Becomes the Message-ID: a mail that is sent twice is one to the reader's program. */
  readonly id: string
  readonly address: string
  readonly subject: string
  readonly text: string
  readonly html: string
  /** Where one click (RFC 8058) stops mails of this kind. */
  readonly unsubscribe?: string
}

/** The server will never take this mail (an SMTP reply of 5xx). The message names the reply's number only: servers quote addresses. */
export class MailRefused extends Error {
  override readonly name = 'MailRefused'
}

export interface Mailer {
  /** @throws MailRefused for good, UnknownOutcome; any other error is worth another try */
  send(mail: OutgoingMail): Promise<void>
}

/** How long is waited, milliseconds; a test has less time. */
export interface MailPatience {
  readonly afterTextMs?: number
  readonly whenStoppingMs?: number
}

/** Loaded with the first mail: an installation without a mail server does without its 3 MB. */
async function nodemailer() {
  const [{ default: MailComposer }, { parseConnectionUrl }, { default: SMTPConnection }] = await Promise.all([
    import('nodemailer/lib/mail-composer'),
    import('nodemailer/lib/shared'),
    import('nodemailer/lib/smtp-connection'),
  ])
  return { MailComposer, parseConnectionUrl, SMTPConnection }
}
type Nodemailer = Awaited<ReturnType<typeof nodemailer>>

/**
 * The mailer of the configuration, or undefined without a mail server.
 * @param stopping aborted when the process is to stop
 */
export function createMailer(
  config: Pick<Config, 'SMTP_URL' | 'MAIL_FROM' | 'publicUrl'>,
  stopping: AbortSignal,
  { afterTextMs = AFTER_TEXT_MS, whenStoppingMs = WHEN_STOPPING_MS }: MailPatience = {},
): Mailer | undefined {
  const { SMTP_URL } = config
  if (SMTP_URL === undefined) return undefined
  const host = new URL(config.publicUrl).hostname
  const from = config.MAIL_FROM ?? `Scenor <no-reply@${host.includes('.') ? host : 'scenor.invalid'}>`

  const compose = ({ MailComposer }: Nodemailer, { id, address, unsubscribe, ...content }: OutgoingMail) =>
    new MailComposer({
      ...content,
      from,
      // As an object: a list of addresses cannot be smuggled in.
      to: { name: '', address },
      messageId: `<${id}@${host}>`,
      headers: {
        'Auto-Submitted': 'auto-generated',
        ...(unsubscribe !== undefined && {
          'List-Unsubscribe': `<${unsubscribe}>`,
          'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
        }),
      },
      // Neither attachments nor texts ever come from a path or an address.
      disableFileAccess: true,
      disableUrlAccess: true,
    }).compile()

  /** One conversation. @param handedOver called when the server has the whole text @param signal ends it; its reason is thrown */
  const converse = (library: Nodemailer, mail: OutgoingMail, handedOver: () => void, signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const { auth, ...server } = library.parseConnectionUrl(SMTP_URL)
      const connection = new library.SMTPConnection({
        ...server,
        connectionTimeout: STEP_MS,
        greetingTimeout: STEP_MS,
        socketTimeout: afterTextMs,
      })
      const end = (error: unknown) => {
        connection.close()
        reject(error as Error)
      }
      signal.addEventListener('abort', () => end(signal.reason), { once: true })
      connection.once('error', end)
      const send = () => {
        const message = compose(library, mail)
        connection.send(message.getEnvelope(), message.createReadStream().once('end', handedOver), (error) => {
          if (error) return end(error)
          connection.quit()
          resolve()
        })
      }
      connection.connect((error) => {
        if (error) end(error)
        else if (auth) connection.login(auth, (refused) => (refused ? end(refused) : send()))
        else send()
      })
    })

  return {
    send: async (mail) => {
      const library = await nodemailer()
      const ending = new AbortController()
      const endAfter = (ms: number) => setTimeout(() => ending.abort(new Error('no answer')), ms)
      let hasText = false
      let timer = endAfter(BEFORE_TEXT_MS)
      const hurry = () => {
        clearTimeout(timer)
        timer = endAfter(whenStoppingMs)
      }
      const handedOver = () => {
        hasText = true
        clearTimeout(timer)
        timer = endAfter(stopping.aborted ? whenStoppingMs : afterTextMs)
        stopping.addEventListener('abort', hurry)
      }
      try {
        await converse(library, mail, handedOver, ending.signal)
      } catch (error) {
        const { responseCode, code } = error as { responseCode?: number; code?: string }
        if (responseCode !== undefined && responseCode >= 500) throw new MailRefused(`SMTP ${responseCode}`)
        const what = responseCode ?? code ?? 'no answer'
        // Its own word that it has not taken it is as good as one before the text.
        if (hasText && responseCode === undefined) throw new UnknownOutcome(`the mail server: ${what}`)
        throw new Error(`the mail server did not take it: ${what}`)
      } finally {
        clearTimeout(timer)
        stopping.removeEventListener('abort', hurry)
      }
    },
  }
}
