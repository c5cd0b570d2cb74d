import { textIn, type Language, type Texts } from '../language.ts'
import type { Reason } from './reasons.ts'

/**
 * The closed table of error codes: status and title in each language; below, whether the same request may help later.
 * Codes never change once released; texts may. Every code stands in `GET /openapi.json`.
 */
export const ERRORS = {
  'request.malformed': [400, 'The request could not be read', 'Запрос не удалось прочитать'],
  'request.timeout': [408, 'The request took too long to arrive', 'Запрос передавался слишком долго'],
  'request.headers_too_large': [
    431,
    'The address and headers of the request are too large',
    'Адрес и заголовки запроса слишком велики',
  ],
  'request.too_large': [413, 'The body is too large', 'Тело запроса слишком велико'],
  'request.unsupported_media_type': [415, 'The body must be JSON', 'Тело запроса должно быть в формате JSON'],
  'route.not_found': [404, 'There is nothing at this address', 'По этому адресу ничего нет'],
  'route.method_not_allowed': [405, 'This address does not take that method', 'Этот адрес не принимает такой метод'],
  'validation.failed': [422, 'Some fields are not right', 'Некоторые поля заполнены неверно'],
  'idempotency.key_reused': [
    422,
    'This Idempotency-Key came with another body before',
    'Этот Idempotency-Key уже был с другим телом запроса',
  ],
  'idempotency.in_progress': [
    409,
    'The first request with this Idempotency-Key is still at work',
    'Первый запрос с этим Idempotency-Key ещё выполняется',
  ],
  'precondition.required': [428, 'If-Match is required', 'Нужен заголовок If-Match'],
  'precondition.failed': [412, 'It was changed meanwhile', 'Объект тем временем изменён'],
  'rate.limited': [429, 'Too many requests', 'Слишком много запросов'],
  'service.unavailable': [
    503,
    'The service cannot answer now; try again soon',
    'Сервис сейчас не может ответить, повторите чуть позже',
  ],
  'internal.error': [500, 'Something went wrong on our side', 'Что-то сломалось на нашей стороне'],
  'auth.required': [401, 'Sign in first', 'Сначала войдите'],
  'auth.token_rejected': [401, 'The access token is not valid', 'Токен доступа недействителен'],
  'auth.invalid_credentials': [401, 'E-mail or password is wrong', 'Неверная почта или пароль'],
  'auth.email_taken': [409, 'An account with this e-mail exists', 'Аккаунт с такой почтой уже есть'],
  'auth.username_taken': [409, 'This username is taken', 'Это имя пользователя занято'],
  'auth.refresh_invalid': [
    401,
    'The refresh token is not valid; sign in again',
    'Токен обновления недействителен, войдите заново',
  ],
  'auth.refresh_reused': [
    401,
    'The refresh token was used before; the session is ended for safety',
    'Токен обновления уже использован; сеанс завершён ради безопасности',
  ],
  'auth.token_invalid': [400, 'The link is not valid any more', 'Ссылка больше не действует'],
  'auth.proof_needed': [
    403,
    'Sign in to the account of this link, or give its password',
    'Войдите в аккаунт, которому пришла ссылка, или укажите его пароль',
  ],
  'auth.fresh_login_needed': [
    403,
    'Sign in again or give the password: the last sign-in was too long ago',
    'Войдите заново или укажите пароль: вход был слишком давно',
  ],
  'auth.password_wrong': [400, 'The current password is wrong', 'Текущий пароль неверен'],
  'auth.password_weak': [422, 'This password is too easy to guess', 'Этот пароль слишком легко угадать'],
  'session.not_found': [404, 'There is no such session', 'Такого сеанса нет'],
  'access.denied': [403, 'You may not do this', 'На это нет прав'],
  'user.not_found': [404, 'There is no such user', 'Такого пользователя нет'],
  'user.username_taken': [409, 'This username is taken', 'Это имя пользователя занято'],
  'user.phone_missing': [409, 'The profile has no phone number', 'В профиле нет номера телефона'],
  'user.phone_code_invalid': [400, 'The code is wrong or not valid any more', 'Код неверен или больше не действует'],
  'export.not_found': [
    404,
    'There is no such archive, or its time is over',
    'Такого архива нет или срок его хранения истёк',
  ],
  'stream.id_gone': [
    410,
    'What follows this id cannot be told any more: begin without one',
    'Продолжить с этого id уже нельзя: начните без него',
  ],
  'operation.not_cancellable': [409, 'The operation cannot be stopped any more', 'Операцию уже нельзя остановить'],
  'operation.not_found': [404, 'There is no such operation', 'Такой операции нет'],
  'operation.finished': [409, 'The operation is finished', 'Операция уже завершена'],
  'operation.not_retryable': [409, 'The operation cannot be retried', 'Операцию нельзя повторить'],
  'operation.none_fits': [
    409,
    'There is no operation that this can be done to',
    'Нет операций, с которыми это можно сделать',
  ],
  'dead_letter.not_found': [404, 'There is no such dead letter', 'Такого недоставленного сообщения нет'],
  'operation.cancelled': [409, 'The operation was cancelled', 'Операция отменена'],
  'scenario.not_found': [404, 'There is no such scenario', 'Такого сценария нет'],
  'scenario.version_not_found': [404, 'There is no such version', 'Такой версии нет'],
  'scenario.export_failed': [
    503,
    'The export could not be made in time; try again or choose another format',
    'Файл не удалось собрать вовремя: повторите или выберите другой формат',
  ],
  'comment.not_found': [404, 'There is no such comment', 'Такого комментария нет'],
  'scenario.scene_locked': [409, 'The scene is locked', 'Сцена закреплена и не меняется'],
  'template.not_found': [404, 'There is no such template', 'Такого шаблона нет'],
  'share.self': [422, 'It is yours already', 'Это и так ваш сценарий'],
  'share.not_found': [404, 'There is no such share', 'Такого доступа нет'],
  'notification.not_found': [404, 'There is no such notification', 'Такого уведомления нет'],
  'notification.subscription_not_found': [404, 'There is no such subscription', 'Такой подписки нет'],
  'ai.budget_exhausted': [402, 'The budget for this month is spent', 'Бюджет на этот месяц исчерпан'],
  'ai.cap_exceeded': [
    402,
    'It could cost more than the cap that was set for it',
    'Это может стоить больше, чем разрешено',
  ],
  'ai.provider_unavailable': [
    502,
    'The model provider could not be reached for too long',
    'Поставщик модели слишком долго недоступен',
  ],
  'ai.provider_rejected': [
    502,
    'The model provider refused the request or the key',
    'Поставщик модели отклонил запрос или ключ',
  ],
  'ai.quota': [502, 'The account at the model provider is out of quota', 'Исчерпана квота у поставщика модели'],
  'ai.refused': [422, 'The model declined to write this', 'Модель отказалась писать такой сценарий'],
  'ai.output_invalid': [502, 'The model gave no usable script', 'Модель не дала пригодного сценария'],
  'ai.timeout': [504, 'The model took too long', 'Модель отвечала слишком долго'],
  'ai.base_version_changed': [412, 'The scenario was changed meanwhile', 'Сценарий тем временем изменён'],
} as const satisfies Record<string, readonly [status: number, ...Texts]>

export type ErrorCode = keyof typeof ERRORS

/** Codes that pass by themselves: the same request may succeed later. All others need another request, or a person. */
const PASSING: ReadonlySet<ErrorCode> = new Set([
  'request.timeout',
  'idempotency.in_progress',
  'rate.limited',
  'service.unavailable',
  'internal.error',
  'scenario.export_failed',
  'ai.provider_unavailable',
  'ai.timeout',
])

/** One wrong field: a JSON Pointer (RFC 6901) to it, and what is wrong with it; the edge says it in the client's language. */
export interface FieldError {
  readonly path: string
  readonly reason: Reason
}

export interface ErrorDetails {
  /** Said to the client beside the title. No personal data, no internals. */
  readonly detail?: string
  readonly errors?: readonly FieldError[]
  /** Another status than the code's own: an id in a body that does not exist is 422, in a path 404. */
  readonly status?: number
  /** Extra headers of the answer, for instance `Retry-After` (seconds) or the current `ETag`. */
  readonly headers?: Readonly<Record<string, string>>
  /** Who failed: this API (default), or the operation whose error the answer passes on. */
  readonly source?: 'api' | 'operation'
  /** For the log only. */
  readonly cause?: unknown
}

/** An error with a code of the closed table. Thrown where one knows, translated at one edge. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly details: ErrorDetails

  constructor(code: ErrorCode, details: ErrorDetails = {}) {
    super(code, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.details = details
  }

  /** Whether the same request may succeed later. */
  get retryHelps(): boolean {
    return PASSING.has(this.code)
  }

  get status(): number {
    return this.details.status ?? ERRORS[this.code][0]
  }
}

/** Throws the error of that code: `findScenario(db, id) ?? fail('scenario.not_found')`. */
export function fail(code: ErrorCode, details?: ErrorDetails): never {
  throw new AppError(code, details)
}

export const isErrorCode = (code: unknown): code is ErrorCode => typeof code === 'string' && Object.hasOwn(ERRORS, code)

/** The title of a code in that language. */
export function errorTitle(code: ErrorCode, language: Language): string {
  const [, ...titles] = ERRORS[code]
  return textIn(titles, language)
}
