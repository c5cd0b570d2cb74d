import { DraftError } from '../script/draft.ts'
import { ErrorWithin } from './provider-errors.ts'
import { endOf } from './ends.ts'
import { AnswerError } from './failures.ts'
import { jsonIn } from './json-text.ts'
import { refuseLeak } from './leak.ts'
import type { Received } from './received.ts'
import { fitShape } from './shape.ts'
import type { Message, Task } from './task.ts'

export interface Read<T> {
  readonly value: T
  /** Whether the answer kept to the schema without any help. */
  readonly exact: boolean
}

/** An answer that is no script although it is JSON: whether the server at least kept to the schema. */
export class UnusableAnswer extends DraftError {
  readonly exact: boolean
  constructor(message: string, exact: boolean) {
    super(message)
    this.exact = exact
  }
}

/**
 * Makes what was asked for of what came. What was paid for is used if a person would see what is meant, and if it is whole: however
 * the connection ended, and whatever the server says of its end, a refusal aside.
 * @param problem why reading stopped, when it did not end by itself
 * @throws AnswerError, UnusableAnswer, APIError, or the problem
 */
export function readAnswer<T>(
  task: Task<T>,
  received: Received,
  messages: readonly Message[],
  problem: unknown,
): Read<T> {
  const end = endOf(received.finish)
  if (end === 'refused') throw new AnswerError('refused', 'stopped by a content filter')
  const candidates = jsonIn(received.content)
  // Some servers put the answer of a model that thinks where its thoughts belong, and nothing where the answer does.
  if (received.content.trim() === '' && end === 'whole' && problem === undefined)
    candidates.push(...jsonIn(received.thinking))
  let fault: UnusableAnswer | undefined
  for (const output of candidates) {
    const exact = task.schema.safeParse(output).success
    try {
      refuseLeak(output, messages)
      return { value: task.read(exact ? output : fitShape(task.schema, output), { is_demo: false }), exact }
    } catch (error) {
      if (!(error instanceof DraftError)) throw error
      fault ??= new UnusableAnswer(error.message, exact)
    }
  }
  if (problem !== undefined) throw problem
  if (received.refusal !== '') throw new AnswerError('refused', 'the model declined')
  if (end === 'failed') throw new ErrorWithin({ code: received.finish, message: '' })
  if (end === 'truncated')
    throw received.content.trim() === ''
      ? new AnswerError('empty', 'the token limit left nothing for text')
      : new AnswerError('truncated', 'the answer was cut off by the token limit')
  if (fault) throw fault
  throw withoutJson(received)
}

function withoutJson({ content, formed, answered }: Received): AnswerError {
  if (content.trim() === '')
    return formed || answered
      ? new AnswerError('empty', 'no text in the answer')
      : new AnswerError('malformed', 'the body is no answer')
  return /<(?:think|thinking|reasoning)>/i.test(content) && !/<\/(?:think|thinking|reasoning)>\s*\S/i.test(content)
    ? new AnswerError('empty', 'nothing but thoughts in the answer')
    : new AnswerError('malformed', 'the answer is not JSON')
}
