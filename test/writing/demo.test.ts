import { describe, expect, test } from '@jest/globals'
import { createDemoProvider } from '../../llm/demo.ts'
import { selectProvider } from '../../llm/select.ts'
import { scriptTask } from '../../writing/tasks/script.ts'
import { loadConfig } from '../../config.ts'
import { estimateScript } from '../../script/duration.ts'
import { lawsById, withLegalRows } from '../../script/law/marks.ts'
import { detectLanguage } from '../../script/language.ts'
import { renderContent } from '../../script/render.ts'
import { BEATS, KINDS, type GenerationRequest, type Kind } from '../../script/script.ts'
import { ENGLISH } from '../../writing/demo/phrases-en.ts'
import { RUSSIAN } from '../../writing/demo/phrases-ru.ts'
import { MATTERS, type Matter } from '../../writing/demo/matter.ts'
import { mentionsAny } from '../../script/wording.ts'

const demo = createDemoProvider({ latencyMs: 0 })
const task = (request: GenerationRequest) => scriptTask(request, { template: null, base: null })
const written = async (request: GenerationRequest) =>
  (await demo.ask(task(request), { signal: new AbortController().signal })).value
/** As it is stored: with the lines of the law, which have seconds of their own. */
const write = async (request: GenerationRequest) => {
  const draft = await written(request)
  return { ...draft, scenes: withLegalRows(draft.scenes, lawsById(draft.laws ?? []), (row) => row) }
}

const BRIEFS = {
  ru: 'Рекламный ролик на 30 секунд для кофейни «Зерно» на Чистых прудах. Свежая обжарка каждое утро, скидка 20% на первый заказ. Тон тёплый.',
  en: 'A video about Paperboat, a small app that turns voice notes into to-do lists. It works offline. Mention that the first month is free. Audience: busy parents.',
} as const
const DURATIONS = [5, 6, 8, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 300, 600, 900, 1_200, 1_800]
const GRID = (['ru', 'en'] as const).flatMap((language) => KINDS.map((kind): [string, Kind] => [language, kind])) as [
  'ru' | 'en',
  Kind,
][]

describe.each(GRID)('a demo script (%s, %s)', (language, kind) => {
  const requestFor = (target_duration_s: number): GenerationRequest => ({
    brief: BRIEFS[language],
    language,
    kind,
    target_duration_s,
  })

  test('lasts as long as asked, within 10 %, from 5 s to 30 min, with little silence', async () => {
    for (const target of DURATIONS) {
      const { scenes } = await write(requestFor(target))
      const estimate = estimateScript(scenes, { language })
      expect(Math.abs(estimate - target) / target).toBeLessThanOrEqual(0.1)
      // Without the language the texts decide themselves: the same within the tolerance.
      expect(Math.abs(estimateScript(scenes) - target) / target).toBeLessThanOrEqual(0.1)
      const rows = scenes.flatMap((s) => s.rows)
      const silent = rows.filter((r) => r.audio.every((a) => a.type === 'music')).reduce((s, r) => s + r.duration_s, 0)
      expect(silent).toBeLessThanOrEqual(Math.max(2.5, target * 0.1))
      for (const row of rows) expect(row.duration_s).toBeLessThanOrEqual(15)
    }
  })

  test('is in its language, begins with the hook and ends with the call', async () => {
    const draft = await write(requestFor(60))
    const heard = draft.scenes.flatMap((s) => s.rows).flatMap((r) => [r.visual, ...r.audio.map((a) => a.text)])
    for (const text of heard) expect(detectLanguage(text)).toBe(language)
    const beats = draft.scenes.map((s) => s.beat)
    expect(beats[0]).toBe('hook')
    expect(beats.at(-1)).toBe('cta')
    expect(beats.every((b) => BEATS.includes(b))).toBe(true)
    expect(renderContent(draft.scenes)).toContain(draft.cta)
    expect(draft).toMatchObject({ is_demo: true, language, kind, target_duration_s: 60 })
  })

  test('says no sentence twice', async () => {
    const said = (await write(requestFor(1_800))).scenes.flatMap((s) => s.rows).flatMap((r) => r.audio)
    const texts = said.filter((a) => a.type !== 'music').map((a) => a.text)
    expect(new Set(texts).size).toBe(texts.length)
  })
})

test('the same request gives the same script, another brief another one', async () => {
  const request = { brief: BRIEFS.ru, kind: 'ad' as const }
  expect(await write(request)).toEqual(await write({ ...request }))
  expect(renderContent((await write(request)).scenes)).not.toBe(
    renderContent((await write({ ...request, brief: `${BRIEFS.ru} Доставка.` })).scenes),
  )
})

test('the brief’s own words, name and duration are used, and words about the video itself are not', async () => {
  const draft = await write({ brief: BRIEFS.ru })
  const content = renderContent(draft.scenes)
  expect(draft).toMatchObject({ language: 'ru', kind: 'ad', target_duration_s: 30 })
  expect(draft.title).toContain('«Зерно»')
  expect(content).toContain('Свежая обжарка каждое утро')
  expect(content).not.toMatch(/Тон тёплый|30 секунд/)
  const english = renderContent((await write({ brief: BRIEFS.en })).scenes)
  expect(english).toContain('The first month is free')
  expect(english).not.toContain('usy parents')
})

test.each([5, 15, 60, 600])(
  'call and required points are in a script of %i s, word for word',
  async (target_duration_s) => {
    const must_include = [
      'Промокод ЗЕРНО20',
      '+7 (495) 123-45-67',
      'scenor.ru/coffee?utm=1',
      'без *звёздочек',
      'Очень длинная обязательная фраза. '.repeat(12).trim(),
    ]
    const cta = 'Приходите на Чистые пруды, дом 5, и скажите «Зерно»!'
    const { scenes } = await write({ brief: BRIEFS.ru, must_include, cta, target_duration_s })
    const everything = JSON.stringify(scenes.flatMap((s) => s.rows))
    for (const item of [cta, ...must_include]) expect(everything).toContain(JSON.stringify(item).slice(1, -1))
    const estimate = estimateScript(scenes, { language: 'ru' })
    expect(Math.abs(estimate - target_duration_s) / target_duration_s).toBeLessThanOrEqual(0.1)
  },
)

test('words to avoid appear in none of their forms', async () => {
  const must_avoid = [
    'просто',
    'герой',
    'музыка',
    'скидка',
    'вопрос',
    'ведущий',
    'шаг',
    'главное',
    'решение',
    'дружелюбный',
  ]
  for (const kind of KINDS) {
    const draft = await write({ brief: BRIEFS.ru, kind, must_avoid, target_duration_s: 120 })
    const texts = JSON.stringify({ ...draft, kind: '', platform: '', must_avoid: [] })
    expect(mentionsAny(must_avoid)(texts)).toBe(false)
    const estimate = estimateScript(draft.scenes, { language: 'ru' })
    expect(Math.abs(estimate - 120) / 120).toBeLessThanOrEqual(0.1)
  }
})

test.each([
  ['a brief without a word', '!!!!!!!!!!!!'],
  ['a brief of one endless word', 'я'.repeat(8_000)],
  ['hostile text', '</system> {point} {{thing}} $& $1 \u0000 <think> \ud800 ```json'],
  ['numbers only', '1234567890 1234567890'],
  ['emoji', '🎬🎬🎬🎬🎬🎬🎬🎬🎬🎬'],
])('%s still gives a script', async (_, brief) => {
  const draft = await write({ brief })
  expect(draft.scenes.length).toBeGreaterThan(2)
  expect(Math.abs(estimateScript(draft.scenes, { language: draft.language }) - 60)).toBeLessThanOrEqual(6)
})

test('everything avoided still gives a script', async () => {
  const { scenes } = await write({
    brief: BRIEFS.ru,
    must_avoid: [...'абвгдежзийклмнопрстуфхцчшщъыьэюя', 'и', 'в', 'на', 'не', 'кадр', 'план', 'крупно'],
  })
  expect(scenes.length).toBeGreaterThan(0)
})

describe('the filler fits what is sold', () => {
  test.each<[Matter, string, string]>([
    ['finance', 'Рекламный ролик банка «Причал»: кредит на ремонт.', 'An ad for Harbour Bank: a loan for a new roof.'],
    ['app', 'Реклама приложения «Кораблик» для заметок.', 'An ad for Paperboat, an app for notes.'],
    ['place', 'Рекламный ролик планетария: новый проектор.', 'Promo video for the Lantern night market.'],
    ['service', 'Рекламный ролик стоматологии «Белый кит».', 'An ad for a bike workshop.'],
    ['food', 'Рекламный ролик пекарни «Корж».', 'An ad for Old Mill oat bars.'],
    ['learning', 'Рекламный ролик онлайн-школы «Лесенка».', 'An ad for a drawing school.'],
    ['thing', 'Реклама термоса «Север».', 'An ad for an umbrella.'],
  ])('%s: no line of another matter, and its own come first', async (matter, ...briefs) => {
    for (const [i, phrases] of [RUSSIAN, ENGLISH].entries()) {
      const { matters } = phrases
      const said = (await write({ brief: briefs[i]!, kind: 'ad', target_duration_s: 30 })).scenes
        .flatMap(({ rows }) => rows)
        .flatMap(({ audio }) => audio.map(({ text }) => text))
      const linesOf = (one: Matter) =>
        (['hooks', 'problem', 'solution', 'proof', 'demo', 'offer'] as const).flatMap((beat) =>
          matters[one][beat].map(([say]) => say),
        )
      for (const other of MATTERS.filter((one) => one !== matter))
        for (const line of linesOf(other)) if (!linesOf(matter).includes(line)) expect(said).not.toContain(line)
      expect(said.filter((line) => linesOf(matter).includes(line)).length).toBeGreaterThanOrEqual(4)
    }
  })

  test('nobody is asked to try money out', async () => {
    const { scenes } = await write({ brief: BRIEFS.ru.replace('кофейни', 'банка'), kind: 'ad', target_duration_s: 60 })
    expect(renderContent(scenes)).not.toMatch(/попробу|в руки|до последнего шва/i)
  })

  test.each([
    ['Интеграция чая «Лист» в подкаст: ведущий заваривает чай в термосе. Три сорта в месяц.', 'ведущий заваривает'],
    ['Реклама овсяных батончиков «Мельница». Час в холодной электричке, потом шуршит обёртка.', 'потом шуршит'],
    [
      'A sponsored segment for a meal kit: the host cooks on a stove after a cold day. Ten dishes a week.',
      'the host cooks',
    ],
    ['A commercial for Old Mill oat bars. An hour on a cold train, then the wrapper opens.', 'the wrapper opens'],
    ['Реклама термоса «Север»: чай горячий 24 часа. У других термосов чай остывает к обеду.', 'У других'],
    ['An ad for a bottle: it keeps tea hot for a day. Cheap ones leak in your bag.', 'Cheap ones'],
  ])('a scene to film and a rival’s fault are not spoken: %s', async (brief, not) => {
    const said = (await write({ brief, target_duration_s: 60 })).scenes
      .flatMap(({ rows }) => rows)
      .flatMap(({ audio }) => audio.map(({ text }) => text.toLowerCase()))
    expect(said.filter((text) => text.includes(not.toLowerCase()))).toEqual([])
  })
})

test('a language that it cannot write is not claimed', async () => {
  expect((await write({ brief: BRIEFS.en, language: 'de' })).language).toBe('en')
  expect((await write({ brief: BRIEFS.en, language: 'ru-RU' })).language).toBe('ru-RU')
})

test('it costs nothing and is labelled', async () => {
  expect(await demo.ask(task({ brief: BRIEFS.en }), { signal: new AbortController().signal })).toMatchObject({
    usage: { input_tokens: 0, output_tokens: 0 },
    model: 'demo',
  })
  expect(demo).toMatchObject({ name: 'demo', model: 'demo', is_demo: true })
})

test('cancelling ends it at once with the reason given', async () => {
  const abort = new AbortController()
  const reason = new Error('cancelled')
  const written = createDemoProvider({ latencyMs: 60_000 }).ask(task({ brief: BRIEFS.en }), { signal: abort.signal })
  abort.abort(reason)
  await expect(written).rejects.toBe(reason)
})

test('the demo provider is chosen by configuration alone', async () => {
  const config = loadConfig({ OPENAI_API_KEY: 'sk-x', OPENAI_MODEL: 'm' })
  expect(await selectProvider(config)).toMatchObject({ name: 'openai', model: 'm', is_demo: false })
  expect(await selectProvider(loadConfig({}))).toMatchObject({ is_demo: true })
})
