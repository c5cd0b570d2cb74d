import { expect, test } from '@jest/globals'
import type { Task } from '../../llm/task.ts'
import type { BaseScript, GenerationContext, GenerationRequest } from '../../script/script.ts'
import type { PaidSteps } from '../../writing/steps.ts'
import { rewriteTask } from '../../writing/tasks/rewrite.ts'
import { withContext } from '../../writing/tasks/script.ts'
import { writeScript } from '../../writing/write.ts'

const NOTHING: GenerationContext = { template: null, base: null }
const ORDER: GenerationRequest = {
  brief: 'Урок: как починить кран',
  language: 'ru',
  target_duration_s: 180,
  cta: 'Сохраните урок',
  hooks: 3,
}
const row = (text: string, n = 3) => ({
  visual: 'Кадр',
  audio: [{ speaker: 'Мастер', type: 'vo' as const, text }],
  on_screen_text: null,
  duration_s: n,
})

/** A model that answers by the name of the task, and everything that it was told. */
function written(answers: Record<string, unknown>) {
  const told: { name: string; content: string }[] = []
  const kept = new Map<string, unknown>()
  const steps: PaidSteps = {
    calls: 0,
    has: (step) => kept.has(step),
    async paid<T>(step: string, task: Task<T>) {
      if (!kept.has(step)) {
        told.push({
          name: task.name,
          content: task
            .messages('M')
            .map((m) => m.content)
            .join('\n'),
        })
        kept.set(step, task.read(answers[task.name], { is_demo: false }))
      }
      return kept.get(step) as T
    },
  }
  return { told, steps }
}

const ANSWERS = {
  outline: {
    cast: [{ name: 'Мастер Нил', role: 'сантехник', voice: 'говорит медленно' }],
    style: 'Тёплый свет, руки крупно, без шуток.',
    scenes: [
      { heading: 'Капля', beat: 'hook', seconds: 60, points: 'Кран капает' },
      { heading: 'Ключ', beat: 'demo', seconds: 120, points: 'Меняем прокладку' },
    ],
  },
  scene: { scene: { heading: 'Сцена', beat: 'demo', rows: [row('Здравствуйте. Вот кран.'), row('Берём ключ.')] } },
  polish: {
    ...{ title: 'Кран', description: null, audience: 'все', tone: ['спокойный'], cta: 'Напишите нам' },
    hooks: [
      { mechanism: 'question', text: 'Слышите, как капает?' },
      { mechanism: 'image', text: 'Капля бьёт в раковину.' },
      { mechanism: 'number', text: 'Литр за ночь.' },
      { mechanism: 'claim', text: 'Кран чинится руками.' },
    ],
    edits: [],
  },
}
const write = async () => {
  const { told, steps } = written(ANSWERS)
  const script = await writeScript(steps, ORDER, NOTHING, { isDemo: false, repairRounds: 0 })
  return { told, script: script! }
}

test('the cast and the style sheet of a long script are written once and told to every scene', async () => {
  const { told } = await write()
  expect(told.map(({ name }) => name)).toEqual(['outline', 'scene', 'scene', 'polish'])
  for (const { content } of told.filter(({ name }) => name === 'scene')) {
    expect(content).toContain('- Мастер Нил: сантехник; говорит медленно')
    expect(content).toContain('Тёплый свет, руки крупно, без шуток.')
  }
})

test("the polish's hook opens the script, and the call of the order ends it", async () => {
  const { script } = await write()
  const said = script.scenes.flatMap(({ rows }) => rows.flatMap((r) => r.audio.map((a) => a.text)))
  expect(said[0]).toBe('Слышите, как капает? Вот кран.')
  expect(said.at(-1)).toBe('Берём ключ. Сохраните урок.')
  expect(script).toMatchObject({ hook: 'Слышите, как капает?', cta: 'Сохраните урок' })
  expect(script.hook_variants?.map(({ mechanism }) => mechanism)).toEqual(['question', 'image', 'number'])
})

const BASE: BaseScript = {
  ...{ title: 'Термос', language: 'ru', kind: 'ad', platform: 'vk', target_duration_s: 30, tone: ['тёплый'] },
  ...{ audience: 'рыбаки', cta: 'Закажите на teplo.example', disclosure: 'Реклама. ООО «Тепло», erid: 2Vtz' },
  ...{ must_include: ['гарантия 10 лет'], must_avoid: ['лучший'] },
  scenes: [{ id: '1', heading: 'Лёд', beat: 'hook', locked: false, rows: [{ id: '2', ...row('Холодно.') }] }],
}

test('who writes a scene anew is told what the whole must say, avoid and keep, its audience and its tone', () => {
  const content = rewriteTask(BASE, { scene_id: '1', note: 'короче' }).messages('M')[1]!.content
  for (const kept of [
    'Тон:\nтёплый',
    'Аудитория:\nрыбаки',
    'Призыв к действию:\nЗакажите на teplo.example',
    'Обязательно включить:\n- гарантия 10 лет',
    'Нельзя:\n- лучший',
    'Реклама. ООО «Тепло», erid: 2Vtz',
  ])
    expect(content).toContain(kept)
})

test('a script that is written anew stays what it is, unless the order says otherwise or orders advertising', () => {
  const over = (request: GenerationRequest, base = BASE) => withContext(request, { template: null, base })
  expect(over({ brief: 'Сделайте короче и бодрее' })).toMatchObject({
    ...{ kind: 'ad', platform: 'vk', target_duration_s: 30, cta: 'Закажите на teplo.example' },
    ...{ must_include: ['гарантия 10 лет'], must_avoid: ['лучший'] },
  })
  expect(over({ brief: 'Сделайте короче', kind: 'short' }).kind).toBe('short')
  expect(over({ brief: 'Рекламный ролик термоса' }, { ...BASE, kind: 'tutorial' }).kind).toBeUndefined()
})
