import type { Texts } from '../language.ts'
import { textIn, type Language } from '../language.ts'

/** What each finding says, and what to do about it, in English and Russian; facts stand in braces. */
const WORDS = {
  'database.ok': ['answers, migrated, Postgres {version}', 'отвечает, миграции применены, Postgres {version}'],
  'database.unreachable': [
    'nobody answers at {at}: is the server up, and DATABASE_URL right?',
    'никто не отвечает на {at}: работает ли сервер, верен ли DATABASE_URL?',
  ],
  'database.name_unknown': ['the name of {at} is not known: see DATABASE_URL', 'имя {at} неизвестно: см. DATABASE_URL'],
  'database.no_answer': [
    'no answer from {at} in time: the network drops it, or the server is overloaded',
    'нет ответа от {at} вовремя: сеть его теряет или сервер перегружен',
  ],
  'database.pool_busy': [
    'no connection in time: the pool (DATABASE_POOL) is busy, or the server silent',
    'нет соединения вовремя: пул (DATABASE_POOL) занят или сервер молчит',
  ],
  'database.too_many_connections': [
    'Postgres has no connection left: raise max_connections, or lower DATABASE_POOL',
    'у Postgres не осталось соединений: увеличьте max_connections или уменьшите DATABASE_POOL',
  ],
  'database.starting': ['Postgres starts or stops', 'Postgres запускается или останавливается'],
  'database.database_missing': ['the database is not there: npm run migrate', 'базы нет: npm run migrate'],
  'database.not_migrated': [
    'a table or column is missing: npm run migrate of this release',
    'не хватает таблицы или столбца: npm run migrate этого выпуска',
  ],
  'database.wrong_password': [
    'Postgres does not let this role in: see user and password in DATABASE_URL',
    'Postgres не пускает эту роль: см. имя и пароль в DATABASE_URL',
  ],
  'database.not_allowed': ['the role may not read its tables', 'роли не разрешено читать свои таблицы'],
  'database.read_only': [
    'it only reads: DATABASE_URL leads to a replica, or the server was set so',
    'только чтение: DATABASE_URL ведёт на реплику или сервер так настроен',
  ],
  'database.pool_mode': [
    'the pooler refuses transactions or parameters: pool_mode must be transaction or session',
    'пулер отвергает транзакции или параметры: pool_mode должен быть transaction или session',
  ],
  'database.not_trusted': [
    'its certificate is not trusted, or TLS is not spoken',
    'сертификату нет доверия или TLS не поддерживается',
  ],
  'database.out_of_space': ['the disk of Postgres is full', 'диск Postgres заполнен'],
  'database.unknown': ['it could not be asked: {error}', 'не удалось спросить: {error}'],
  'database.behind': [
    'migrations are missing: {missing}. npm run migrate',
    'не применены миграции: {missing}. npm run migrate',
  ],
  'database.ahead': ['it has migrations of a newer release: {newer}', 'в ней миграции более нового выпуска: {newer}'],
  'database.old': [
    'Postgres {version} is older than what is tested (18) and needed (14)',
    'Postgres {version} старше проверенного (18) и нужного (14)',
  ],
  'connections.ok': [
    '{needed} of {most} connections of {at} at most, by {processes} processes',
    'не более {needed} из {most} соединений {at}, процессов: {processes}',
  ],
  'connections.exceeded': [
    '{processes} processes may hold {needed} connections and {at} allows {most}: lower DATABASE_POOL, raise max_connections, or put a pooler between',
    'процессы ({processes}) могут держать {needed} соединений, а {at} даёт {most}: уменьшите DATABASE_POOL, увеличьте max_connections или поставьте пулер',
  ],
  'pooler.none': ['none between here and {at}', 'между нами и {at} нет пулера'],
  'pooler.ok': ['there is one, and notifications come past it', 'есть, и уведомления идут мимо него'],
  'pooler.deaf': [
    'notifications do not come through the pooler: set <SERVICE>_DIRECT_URL past it, or news, mails and events are up to three seconds late',
    'уведомления не проходят через пулер: задайте <SERVICE>_DIRECT_URL мимо него, иначе новости, письма и события опаздывают до трёх секунд',
  ],
  'clock.ok': ['as that of Postgres', 'как у Postgres'],
  'clock.skewed': [
    'this machine is {ms} ms before {of}: set the clock (NTP)',
    'эта машина впереди {of} на {ms} мс: настройте часы (NTP)',
  ],
  'temporal.ok': [
    'answers, version {version}, namespace {namespace}',
    'отвечает, версия {version}, пространство {namespace}',
  ],
  'temporal.unreachable': [
    'nobody answers at {at}: see TEMPORAL_ADDRESS. Work is accepted and waits',
    'никто не отвечает на {at}: см. TEMPORAL_ADDRESS. Работа принимается и ждёт',
  ],
  'temporal.no_answer': [
    'no answer from {at} in time. Work is accepted and waits',
    'нет ответа от {at} вовремя. Работа принимается и ждёт',
  ],
  'temporal.not_trusted': [
    'the certificate that {at} shows is of none that this process trusts: see TEMPORAL_TLS_CA',
    'сертификат, который показывает {at}, не от того, кому доверяет этот процесс: см. TEMPORAL_TLS_CA',
  ],
  'temporal.other_name': [
    'the certificate of {at} is for another name: ask it by a name that the certificate has (TEMPORAL_ADDRESS)',
    'сертификат {at} выдан на другое имя: обращайтесь по имени из сертификата (TEMPORAL_ADDRESS)',
  ],
  'temporal.no_tls': [
    '{at} speaks no TLS: take TEMPORAL_TLS_* away, or TEMPORAL_API_KEY, which asks for TLS, or turn TLS on there',
    '{at} не говорит по TLS: уберите TEMPORAL_TLS_* или TEMPORAL_API_KEY, которому нужен TLS, или включите TLS там',
  ],
  'temporal.tls_wanted': [
    '{at} speaks TLS alone: set TEMPORAL_TLS_CA, and TEMPORAL_TLS_CERT with TEMPORAL_TLS_KEY if it asks for a certificate',
    '{at} говорит только по TLS: задайте TEMPORAL_TLS_CA, а если сервер спрашивает сертификат, то и TEMPORAL_TLS_CERT с TEMPORAL_TLS_KEY',
  ],
  'temporal.certificate_missing': [
    '{at} asks for a client certificate and got none: set TEMPORAL_TLS_CERT and TEMPORAL_TLS_KEY',
    '{at} требует сертификат клиента, а его нет: задайте TEMPORAL_TLS_CERT и TEMPORAL_TLS_KEY',
  ],
  'temporal.certificate_refused': [
    '{at} does not take our certificate, which is of another authority than the server trusts, or its key is another: see TEMPORAL_TLS_CERT and TEMPORAL_TLS_KEY',
    '{at} не принимает наш сертификат: он выдан не тем центром, которому доверяет сервер, или ключ не от него: см. TEMPORAL_TLS_CERT и TEMPORAL_TLS_KEY',
  ],
  'temporal.certificate_expired': [
    'our certificate for {at} has expired: put a new one in place of TEMPORAL_TLS_CERT and TEMPORAL_TLS_KEY',
    'наш сертификат для {at} истёк: положите новый на место TEMPORAL_TLS_CERT и TEMPORAL_TLS_KEY',
  ],
  'temporal.token_missing': [
    'it wants a token and this process has none: set TEMPORAL_API_KEY (node cli/temporal-token.ts)',
    'серверу нужен токен, а у процесса его нет: задайте TEMPORAL_API_KEY (node cli/temporal-token.ts)',
  ],
  'temporal.token_unreadable': [
    'TEMPORAL_API_KEY is no token: what stands there cannot be read as one',
    'TEMPORAL_API_KEY: это не токен, прочесть его нельзя',
  ],
  'temporal.token_expired': [
    'the token of this process has expired: put a new one in place of TEMPORAL_API_KEY (node cli/temporal-token.ts)',
    'токен этого процесса истёк: положите новый на место TEMPORAL_API_KEY (node cli/temporal-token.ts)',
  ],
  'temporal.token_of_other_namespace': [
    'the token of this process is for another namespace than {namespace}: see TEMPORAL_NAMESPACE, or take a token of that one',
    'токен этого процесса не для пространства {namespace}: см. TEMPORAL_NAMESPACE или возьмите токен для него',
  ],
  'temporal.token_reads_only': [
    'the token of this process may only read in {namespace}: a worker and an API need write (node cli/temporal-token.ts)',
    'токену этого процесса в {namespace} разрешено только читать: воркеру и API нужна запись (node cli/temporal-token.ts)',
  ],
  'temporal.token_unknown': [
    'it does not take the token of this process: signed by a key that the server does not know (forged, of another installation, or a key that was taken back), or not allowed what was asked',
    'он не принимает токен этого процесса: тот подписан ключом, которого сервер не знает (подделка, чужая установка или отозванный ключ), или спрошенное ему не разрешено',
  ],
  'temporal.namespace_missing': [
    'there is no namespace {namespace}: npm run temporal:setup, or see TEMPORAL_NAMESPACE',
    'нет пространства {namespace}: npm run temporal:setup, или см. TEMPORAL_NAMESPACE',
  ],
  'temporal.execution_missing': ['it does not know what was asked for', 'он не знает того, о чём спросили'],
  'temporal.not_allowed': [
    'it does not let this one in: see TEMPORAL_API_KEY and TEMPORAL_TLS_*',
    'он нас не пускает: см. TEMPORAL_API_KEY и TEMPORAL_TLS_*',
  ],
  'temporal.overloaded': ['it limits requests: see its rps settings', 'он ограничивает запросы: см. его настройки rps'],
  'temporal.too_old': ['it is too old for what was asked', 'он слишком стар для того, о чём спросили'],
  'temporal.unknown': ['it could not be asked: {error}', 'не удалось спросить: {error}'],
  'temporal.retention': [
    'finished executions are kept for {days} days and not {wanted}: npm run temporal:setup',
    'завершённые исполнения хранятся {days} дн., а не {wanted}: npm run temporal:setup',
  ],
  'temporal.attributes': [
    'search attributes are missing: {missing}. Starts are refused until npm run temporal:setup',
    'не хватает атрибутов поиска: {missing}. Запуски отвергаются, пока не выполнен npm run temporal:setup',
  ],
  'temporal.attributes_unasked': [
    'its search attributes may not be asked for by this role',
    'эта роль не может спросить об атрибутах поиска',
  ],
  'temporal.old': [
    'version {version} is older than 1.29: fairness and versions of workers need it',
    'версия {version} старше 1.29: она нужна для справедливой очереди и версий воркеров',
  ],
  'workers.ok': ['workers take work from {queues}', 'воркеры берут работу из {queues}'],
  'workers.missing': ['no worker takes work from {queues}: it waits', 'никто не берёт работу из {queues}: она ждёт'],
  'keys.ok': [
    'all are there and the same in {processes} processes',
    'все на месте и одинаковы в процессах: {processes}',
  ],
  'keys.missing': ['{error}', '{error}'],
  'keys.pepper': [
    'PASSWORD_PEPPER lacks {pepper}, with which stored passwords are hashed: nobody can sign in with them',
    'в PASSWORD_PEPPER нет {pepper}, с которым хранятся пароли: никто не сможет с ними войти',
  ],
  'keys.payload': [
    'PAYLOAD_KEYS lacks {key}, with which the newest texts are sealed: they cannot be read',
    'в PAYLOAD_KEYS нет {key}, которым запечатаны новейшие тексты: их не прочесть',
  ],
  'keys.differ': [
    '{key} differs between this process and {others}: all need the same (variables, or one DATA_DIR)',
    '{key} отличается у этого процесса и {others}: у всех должен быть один (переменные или общий DATA_DIR)',
  ],
  'versions.ok': ['{version} on Node {node}', '{version} на Node {node}'],
  'versions.differ': [
    'processes of several versions run: {versions}. As it is while one replaces the other',
    'работают процессы разных версий: {versions}. Так бывает, пока одна сменяет другую',
  ],
  'node.old': ['Node {node} is older than 24, which processes need', 'Node {node} старше 24, нужного процессам'],
  'disk.ok': ['{free} MiB free for {path}', 'для {path} свободно {free} МиБ'],
  'disk.low': ['only {free} MiB free for {path}', 'для {path} свободно лишь {free} МиБ'],
  'disk.full': [
    '{free} MiB free for {path}: logs and databases will fail',
    'для {path} свободно {free} МиБ: журналы и базы откажут',
  ],
  'certificate.ok': ['{name}: {days} days left', '{name}: осталось дней: {days}'],
  'certificate.soon': ['{name} ends in {days} days', '{name} кончается через {days} дн.'],
  'certificate.over': ['{name} has ended', '{name} истёк'],
  'certificate.elsewhere': [
    '{name} is this machine for its clients; nobody listens there as seen from here, as in a container',
    '{name} — эта машина для её клиентов; отсюда, как из контейнера, там никто не отвечает',
  ],
  'certificate.unread': ['{name} cannot be read: {error}', '{name} не прочесть: {error}'],
  'provider.ok': ['answers and knows {model}', 'отвечает и знает {model}'],
  'provider.demo': [
    'none is configured: the demo provider writes canned, labelled scripts (OPENAI_API_KEY, OPENAI_BASE_URL, AI_PROVIDERS)',
    'не задан: пишет демо-провайдер, готовыми и помеченными сценариями (OPENAI_API_KEY, OPENAI_BASE_URL, AI_PROVIDERS)',
  ],
  'provider.rejected': ['it rejects the key (HTTP {status})', 'он отвергает ключ (HTTP {status})'],
  'provider.unreachable': ['it cannot be reached: {error}', 'его не достать: {error}'],
  'provider.model_unknown': ['it has no model {model}; it has {models}', 'у него нет модели {model}; есть {models}'],
  'provider.unlisted': [
    'it answers and lists no models (HTTP {status}): whether it has {model} is not known',
    'он отвечает, но не перечисляет модели (HTTP {status}): есть ли {model}, неизвестно',
  ],
  'provider.priceless': [
    '{model} has no price here: it costs nothing in budgets. Give it one in AI_PROVIDERS',
    'у {model} здесь нет цены: в бюджетах она бесплатна. Задайте её в AI_PROVIDERS',
  ],
  'mail.ok': ['the server takes mail', 'сервер принимает почту'],
  'mail.none': [
    'SMTP_URL is not set: mails are kept and marked not sent',
    'SMTP_URL не задан: письма хранятся с пометкой «не отправлено»',
  ],
  'mail.unreachable': [
    'the mail server refuses or is away: {error}',
    'почтовый сервер отказывает или недоступен: {error}',
  ],
  'redis.ok': ['answers', 'отвечает'],
  'redis.none': [
    'REDIS_URL is not set: limits are counted by each process for itself',
    'REDIS_URL не задан: каждый процесс считает лимиты сам',
  ],
  'redis.unreachable': ['Redis is away: {error}', 'Redis недоступен: {error}'],
  'bus.ok': ['the event bus ({bus}) answers', 'шина событий ({bus}) отвечает'],
  'bus.unreachable': ['the event bus ({bus}) is away: {error}', 'шина событий ({bus}) недоступна: {error}'],
  'internal.ok': ['the internal endpoints answer', 'внутренние адреса отвечают'],
  'internal.unreachable': [
    'nobody answers at {at} (INTERNAL_URL): workers cannot ask other services',
    'никто не отвечает на {at} (INTERNAL_URL): воркеры не могут спросить другие сервисы',
  ],
  'check.failed': ['the check itself failed: {error}', 'сама проверка не удалась: {error}'],
} as const satisfies Record<string, Texts>

export type Code = keyof typeof WORDS

/** A finding in words. */
export const inWords = (
  { code, facts }: { readonly code: Code; readonly facts: Readonly<Record<string, string | number>> },
  language: Language,
): string => textIn(WORDS[code], language).replace(/\{(\w+)\}/g, (_, name: string) => String(facts[name] ?? '?'))
