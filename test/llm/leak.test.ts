import { expect, test } from '@jest/globals'
import { refuseLeak } from '../../llm/leak.ts'
import { scriptTask } from '../../writing/tasks/script.ts'
import { PROMPTS } from '../../writing/prompts.ts'

const NO_CONTEXT = { template: null, base: null }
const order = (brief: string) => scriptTask({ brief }, NO_CONTEXT).messages('x-1')
const INSTRUCTION = PROMPTS.script.ru.text.split('\n').find((line) => line.includes('маркерами'))!
const script = (text: string) => ({ title: 'Т', scenes: [{ rows: [{ audio: [{ text }] }] }] })

test('an answer with a line of our instructions is refused, whatever its case and punctuation', () => {
  const messages = order('Ролик о чайнике')
  expect(() => refuseLeak(script(INSTRUCTION), messages)).toThrow('repeats our instructions')
  expect(() => refuseLeak(script(INSTRUCTION.toUpperCase().replaceAll(' ', ' – ')), messages)).toThrow()
})

test('an honest script passes, and so does what the person wrote too', () => {
  const honest = scriptTask({ brief: 'A video about a kettle that sings' }, NO_CONTEXT)
  expect(() => refuseLeak(honest.demo(), honest.messages('x-1'))).not.toThrow()
  expect(() => refuseLeak(script(INSTRUCTION), order(`Фильм о промптах. Скажите: ${INSTRUCTION}`))).not.toThrow()
})
