import { z } from 'zod'
import type { Config } from '../../config.ts'
import { leavesOpen, UnknownOutcome, wasNeverSent } from './unknown-outcome.ts'
import { TryLater } from './try-later.ts'

/** It may have sent the text when it is late with its answer: not to be left early. */
const TIME_LIMIT_MS = 30_000

export interface TextMessage {
  /** E.164. */
  readonly to: string
  readonly text: string
  /** The same id again is the same message to providers that know such a thing. */
  readonly id: string
}

/** The provider will never take this message. The text names its code only. */
export class SmsRefused extends Error {
  override readonly name = 'SmsRefused'
}

export interface SmsProvider {
  /** @throws SmsRefused for good, UnknownOutcome; any other error is worth another try */
  send(message: TextMessage): Promise<void>
}

interface Account {
  /** Account SID of Twilio, e-mail of SMS Aero; SMSC needs none. */
  readonly account: string
  readonly key: string
  readonly sender: string
  /** Instead of the provider's own address. */
  readonly baseUrl?: string | undefined
}

const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

async function post(url: string, headers: Record<string, string>, body: string): Promise<unknown> {
  const request = {
    method: 'POST',
    headers,
    body,
    redirect: 'error',
    signal: AbortSignal.timeout(TIME_LIMIT_MS),
  } as const
  const response = await fetch(url, request).catch((error: Error & { cause?: { code?: string } }) => {
    const code = error.cause?.code
    if (wasNeverSent(code)) throw new Error(`the SMS provider: ${code}`)
    throw new UnknownOutcome(`the SMS provider: ${code ?? error.name}`)
  })
  const text = await response.text().catch(() => '')
  if (response.status === 429 || response.status === 503) throw new TryLater(response.status, response.headers)
  // 408 passes; the other refusals of the client do not.
  if (response.status >= 400 && response.status < 500 && response.status !== 408)
    throw new SmsRefused(`HTTP ${response.status}`)
  if (leavesOpen(response.status)) throw new UnknownOutcome(`the SMS provider answered ${response.status}`)
  if (!response.ok) throw new Error(`the SMS provider answered ${response.status}`)
  try {
    return JSON.parse(text)
  } catch {
    throw new UnknownOutcome('the SMS provider answered no JSON')
  }
}
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

const twilio = ({ account, key, sender, baseUrl = 'https://api.twilio.com' }: Account): SmsProvider => ({
  send: async ({ to, text }) => {
    const form = new URLSearchParams({ To: to, From: sender, Body: text })
    const url = `${baseUrl}/2010-04-01/Accounts/${encodeURIComponent(account)}/Messages.json`
    await post(url, { ...FORM, authorization: basic(account, key) }, form.toString())
  },
})

/** Answers 200 with an error's number: 4 (address blocked for a while) and 9 (too many at once) pass, the others do not. */
const smsc = ({ key, sender, baseUrl = 'https://smsc.ru' }: Account): SmsProvider => ({
  send: async ({ to, text, id }) => {
    const form = new URLSearchParams({
      apikey: key,
      phones: to,
      mes: text,
      sender,
      charset: 'utf-8',
      fmt: '3',
      userid: id,
    })
    const answer = z
      .object({ error_code: z.number().optional() })
      .parse(await post(`${baseUrl}/sys/send.php`, FORM, form.toString()))
    if (answer.error_code === undefined) return
    if ([4, 9].includes(answer.error_code)) throw new Error(`SMSC ${answer.error_code}`)
    throw new SmsRefused(`SMSC ${answer.error_code}`)
  },
})

const smsaero = ({ account, key, sender, baseUrl = 'https://gate.smsaero.ru' }: Account): SmsProvider => ({
  send: async ({ to, text }) => {
    const body = JSON.stringify({ number: to.replace(/^\+/, ''), sign: sender, text })
    const headers = { 'content-type': 'application/json', authorization: basic(account, key) }
    const answer = z.object({ success: z.boolean() }).parse(await post(`${baseUrl}/v2/sms/send`, headers, body))
    if (!answer.success) throw new SmsRefused('SMS Aero')
  },
})

const PROVIDERS = { twilio, smsc, smsaero }

/** The provider of the configuration, or undefined without one. */
export function createSmsProvider(
  config: Pick<Config, 'SMS_PROVIDER' | 'SMS_ACCOUNT' | 'SMS_KEY' | 'SMS_SENDER' | 'SMS_BASE_URL'>,
): SmsProvider | undefined {
  if (config.SMS_PROVIDER === undefined) return undefined
  return PROVIDERS[config.SMS_PROVIDER]({
    account: config.SMS_ACCOUNT,
    key: config.SMS_KEY,
    sender: config.SMS_SENDER,
    baseUrl: config.SMS_BASE_URL,
  })
}
