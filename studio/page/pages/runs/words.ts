import { inLanguage, language } from '../../words.ts'

/** What the pages of those say who run the installation. */
export const r = inLanguage({
  en: {
    accepted: 'Accepted',
    after: 'after',
    all: 'all',
    attempt: 'attempt',
    because: 'The reason, which the person can read too',
    calls: 'Calls of models',
    checks: 'Checks',
    choose: 'Show',
    filter: 'Filter and keep views',
    code: 'Code',
    cost: 'Cost',
    day: 'Day',
    estimated: 'estimated',
    executions: 'Executions in Temporal',
    fails: 'does not pass',
    forget: 'Forget this view',
    found: 'Find by id, request, trace or person',
    kindOnly: 'Kind of operation',
    live: 'Live',
    last: 'Since',
    more: 'Older ones',
    name: 'Name of the view',
    none: 'There are none',
    noSuch: 'For those who run the installation',
    of: 'of',
    open: 'open',
    paid: 'Paid for, and used again by a next attempt',
    passes: 'passes',
    person: 'Person',
    pieces: 'first piece after',
    provider: 'Provider',
    read: 'Read what was asked and answered',
    refreshed: 'as of',
    retried: 'Tried again by an operator',
    run: 'Operation',
    runbook: 'Runbook',
    runs: 'Operations',
    saveView: 'Keep this view',
    stage: 'Stage',
    state: 'State',
    status: 'Status',
    stop: 'Stop it',
    stuck: 'stuck',
    textsGone: 'its time is over',
    timeline: 'Course',
    tokens: 'tokens',
    took: 'took',
    trace: 'Trace',
    unanswered: 'no answer',
    unpriced: 'no price',
    webUi: 'In the Temporal Web UI',
    workflow: 'Workflow',
    h1: 'an hour',
    h24: 'a day',
    h168: 'a week',
    h720: '30 days',
  },
  ru: {
    accepted: 'Принята',
    after: 'через',
    all: 'все',
    attempt: 'попытка',
    because: 'Причина, её увидит и сам человек',
    calls: 'Вызовы моделей',
    checks: 'Проверки',
    choose: 'Показать',
    filter: 'Отбор и запомненные виды',
    code: 'Код',
    cost: 'Стоимость',
    day: 'День',
    estimated: 'оценка',
    executions: 'Исполнения в Temporal',
    fails: 'не пройдена',
    forget: 'Забыть этот вид',
    found: 'Найти по id, запросу, трассе или человеку',
    kindOnly: 'Вид операции',
    live: 'Обновлять',
    last: 'За',
    more: 'Более ранние',
    name: 'Название вида',
    none: 'Таких нет',
    noSuch: 'Для тех, кто управляет установкой',
    of: 'из',
    open: 'открытые',
    paid: 'Оплачено, следующая попытка возьмёт это снова',
    passes: 'пройдена',
    person: 'Человек',
    pieces: 'первый кусок через',
    provider: 'Провайдер',
    read: 'Прочитать запрос и ответ',
    refreshed: 'на',
    retried: 'Повторено оператором',
    run: 'Операция',
    runbook: 'Инструкция',
    runs: 'Операции',
    saveView: 'Запомнить этот вид',
    stage: 'Этап',
    state: 'Состояние',
    status: 'Статус',
    stop: 'Остановить',
    stuck: 'застряла',
    textsGone: 'срок хранения вышел',
    timeline: 'Ход',
    tokens: 'токенов',
    took: 'длилась',
    trace: 'Трасса',
    unanswered: 'ответа нет',
    unpriced: 'цены нет',
    webUi: 'В Temporal Web UI',
    workflow: 'Процесс',
    h1: 'час',
    h24: 'сутки',
    h168: 'неделю',
    h720: '30 дней',
  },
})

/** «850 ms», «8.1 s», «4 min» and so on, as people read them. */
export function took(ms: number): string {
  const [value, unit] =
    ms < 1_000
      ? ([ms, 'millisecond'] as const)
      : ms < 60_000
        ? ([ms / 1_000, 'second'] as const)
        : ms < 3_600_000
          ? ([ms / 60_000, 'minute'] as const)
          : ([ms / 3_600_000, 'hour'] as const)
  return value.toLocaleString(language.value, {
    ...{ style: 'unit', unit, unitDisplay: 'short' },
    maximumFractionDigits: unit === 'millisecond' ? 0 : 1,
  })
}

/** The moment to the second, in the reader's time zone. */
export const second = (iso: string): string =>
  new Date(iso).toLocaleString(language.value, { dateStyle: 'short', timeStyle: 'medium' })

/** How an operation stands. */
export const statuses = inLanguage({
  en: {
    open: 'open',
    queued: 'queued',
    running: 'running',
    succeeded: 'succeeded',
    failed: 'failed',
    cancelled: 'cancelled',
  },
  ru: {
    open: 'открыта',
    queued: 'ждёт',
    running: 'идёт',
    succeeded: 'выполнена',
    failed: 'не удалась',
    cancelled: 'остановлена',
  },
})

export const kinds = inLanguage({
  en: {
    generation: 'generation',
    title: 'titles',
    registration: 'registration',
    sharing: 'sharing',
    export: 'export',
    erasure: 'erasure',
  },
  ru: {
    generation: 'генерация',
    title: 'названия',
    registration: 'регистрация',
    sharing: 'доступ',
    export: 'выгрузка',
    erasure: 'удаление',
  },
})

/** What an operation is called: its kind, and the beginning of its id. */
export const nameOf = (kind: keyof typeof kinds, id: string): string =>
  `${kinds[kind]} ${id.slice(kind.length + 1, kind.length + 9)}`
