import { LANGUAGES, textIn, type Language, type Texts } from '../language.ts'

/**
 * What can be wrong with a field of a request: the closed table of reasons, each in English and in Russian. `#` is the parameter
 * that comes with the reason, and `{one|other}` the word as its number asks for it: in the genitive, after «не больше» and the like,
 * Russian has one form for 1, 21, 31 … and one for all other numbers. Schemas name a reason where zod takes a
 * message: `.refine(isEmail, 'email')`, `` .refine(isShort, `max_characters ${max}`) ``.
 */
export const REASONS = {
  invalid: ['is not valid', 'неверное значение'],
  required: ['is required', 'обязательное поле'],
  unknown_field: ['is not a field of this request', 'такого поля в этом запросе нет'],
  // type_<expected> and format_<format>: the words of zod's issues.
  type_string: ['must be a string', 'нужна строка'],
  type_number: ['must be a number', 'нужно число'],
  type_int: ['must be a whole number', 'нужно целое число'],
  type_boolean: ['must be true or false', 'нужно true или false'],
  type_array: ['must be a list', 'нужен список'],
  type_object: ['must be a JSON object', 'нужен объект JSON'],
  type_record: ['must be a JSON object', 'нужен объект JSON'],
  format_uuid: ['must be a UUID', 'нужен UUID'],
  format_datetime: ['must be a time such as 2026-01-31T12:00:00Z', 'нужно время, например 2026-01-31T12:00:00Z'],
  format_date: ['must be a day such as 2026-01-31', 'нужен день, например 2026-01-31'],

  only: ['must be #', 'допустимо только #'],
  only_with: ['goes with # only', 'допустимо только вместе с #'],
  one_of: ['must be one of #', 'допустимо одно из: #'],
  min: ['must be at least #', 'не меньше #'],
  max: ['must be at most #', 'не больше #'],
  above: ['must be more than #', 'больше #'],
  below: ['must be less than #', 'меньше #'],
  multiple_of: ['must be a multiple of #', 'должно делиться на #'],
  whole_number_to: ['must be a whole number from 1 to #', 'нужно целое число от 1 до #'],

  stream_path: ['must be the path of a stream', 'нужен путь потока событий'],
  not_empty: ['must not be empty', 'не должно быть пустым'],
  min_characters: ['must have at least # {character|characters}', 'не меньше # {знака|знаков}'],
  max_characters: ['must have at most # {character|characters}', 'не больше # {знака|знаков}'],
  min_entries: ['must have at least # {entry|entries}', 'не меньше # {элемента|элементов}'],
  max_entries: ['must have at most # {entry|entries}', 'не больше # {элемента|элементов}'],
  max_rows: ['must have at most # {row|rows}', 'не больше # {строки|строк}'],
  max_paragraphs: ['must have at most # {paragraph|paragraphs}', 'не больше # {абзаца|абзацев}'],
  max_bytes: ['must have at most # {byte|bytes} as JSON', 'не больше # {байта|байт} в виде JSON'],
  max_audio: ['must have at most # {line|lines} of audio in all', 'всего не больше # {реплики|реплик}'],
  max_values: ['must have at most # {value|values} in all', 'всего не больше # {значения|значений}'],
  max_depth: ['must not be nested deeper than # {level|levels}', 'вложенность не глубже # {уровня|уровней}'],
  max_key: [
    'Idempotency-Key must have 1 to # {character|characters}',
    'Idempotency-Key должен иметь от 1 до # {знака|знаков}',
  ],
  unstorable_text: ['must not contain NUL or lone surrogates', 'не должно содержать NUL и одиночных суррогатов'],
  marks: ['must not have more than 30 combining marks in a row', 'не больше 30 диакритических знаков подряд'],
  number_range: ['is too large a number', 'слишком большое число'],
  forbidden_name: ['is a name that no field may have', 'поле не может так называться'],
  unstorable_name: [
    'has a field name with NUL or lone surrogates',
    'имя вложенного поля содержит NUL или одиночный суррогат',
  ],

  email: ['must be an e-mail address', 'нужен адрес электронной почты'],
  username: [
    'must be letters, digits, dots, dashes and underscores, and begin with a letter or digit',
    'только буквы, цифры, точки, дефисы и подчёркивания; в начале буква или цифра',
  ],
  username_one_script: [
    'must be letters of one script, with digits of one kind',
    'все буквы — одного алфавита, все цифры — одного вида',
  ],
  username_reserved: ['is a name that nobody can have', 'это имя занять нельзя'],
  phone_number: ['must be a phone number', 'нужен номер телефона'],
  six_digits: ['must be six digits', 'нужно шесть цифр'],
  brief_hash: ['must be a `brief_hash` of the scenario', 'нужен `brief_hash` сценария'],
  common_password: ['is one of the most common passwords', 'один из самых распространённых паролей'],
  own_words_password: [
    'is made of the name or address of this account',
    'составлен из имени или адреса этого аккаунта',
  ],
  public_https: ['must be an https URL of a public host', 'нужен адрес https общедоступного сервера'],
  language_tag: ['must be a language tag such as ru or en-GB', 'нужен код языка, например ru или en-GB'],
  time_zone: ['must be an IANA time zone such as Europe/Moscow', 'нужен часовой пояс IANA, например Europe/Moscow'],
  hours_minutes: ['must be HH:MM', 'нужно время в виде ЧЧ:ММ'],
  future: ['must be in the future', 'время должно быть в будущем'],
  base64url: ['must be # {byte|bytes} in base64url', 'нужно значение из # {байта|байт} в base64url'],
  p256_point: ['must be a point of the curve P-256', 'нужна точка кривой P-256'],

  needs: ['needs #', 'указывается только вместе с #'],
  not_with: ['cannot come with #', 'не указывается вместе с #'],
  differ_from: ['must differ from #', 'не должно совпадать с #'],
  brief_or_scenario: [
    'either brief or scenario_id must be given, not both',
    'нужно ровно одно из двух: brief или scenario_id',
  ],
  body_or_resolved: ['must have body or resolved', 'нужно body или resolved'],
  grantee: ['or user_id, or link: true must say whom it is for', 'укажите, кому: email, user_id или link: true'],
  link_role: ['must be viewer or commenter for a link', 'для ссылки — только viewer или commenter'],
  person_only: ['is for a person, not for a link', 'указывается для человека, а не для ссылки'],
  link_only: ['is for links', 'указывается только для ссылки'],
  mandatory: ['cannot be switched off', 'нельзя отключить'],
  shares_sum: ['shares must add up to 1', 'доли должны давать в сумме 1'],
  version_number: ['must be the number of a version', 'нужен номер версии'],
  foreign_cursor: ['is not a cursor of this list', 'это курсор не этого списка'],
  nothing: ['does not exist', 'не существует'],
  nobody: ['is nobody', 'такого человека нет'],
  not_of_scenario: ['is not of this scenario', 'не относится к этому сценарию'],
} as const satisfies Record<string, Texts>

type Reasons = typeof REASONS

/** A name of the table, followed by a space and its parameter where its text has a `#`: `email`, `max_characters 200`. */
export type Reason = {
  [Name in keyof Reasons]: Reasons[Name][0] extends `${string}#${string}` ? `${Name} ${string | number}` : Name
}[keyof Reasons]

const parts = (reason: string): readonly [name: string, parameter?: string] => {
  const space = reason.indexOf(' ')
  return space < 0 ? [reason] : [reason.slice(0, space), reason.slice(space + 1)]
}

/** The reason that a string names; `invalid` when it names none. */
export function asReason(said: string): Reason {
  const [name, parameter] = parts(said)
  const known = Object.hasOwn(REASONS, name) && REASONS[name as keyof Reasons]
  return known && known[0].includes('#') === (parameter !== undefined) ? (said as Reason) : 'invalid'
}

const PLURALS = new Map(LANGUAGES.map((language) => [language, new Intl.PluralRules(language)]))

/** A reason in that language: `не больше 200 знаков`. */
export function reasonText(reason: Reason, language: Language): string {
  const [name, parameter = ''] = parts(reason)
  return textIn(REASONS[name as keyof Reasons], language)
    .replace(/\{(.+)\|(.+)\}/, (_, one: string, other: string) =>
      PLURALS.get(language)?.select(Number(parameter)) === 'one' ? one : other,
    )
    .replace('#', () => parameter)
}
