import { ApplicationFailure } from '@temporalio/common'
import { isOfErasedPerson } from '../db/retention/erased-people.ts'
import { AppError } from '../errors/errors.ts'

/**
 * Gives every activity of a service the one translation of errors: an error of the closed table will not go away by itself, so it
 * is final, and its code is the failure's type. Anything else is retried by Temporal. Messages carry codes, never values.
 * @param translate what the service knows of the errors of the services that it asks
 */
export const withFailuresBy =
  (translate: (error: unknown) => unknown) =>
  <A extends Record<string, (input: never) => Promise<unknown>>>(activities: A): A =>
    Object.fromEntries(
      Object.entries(activities).map(([name, run]) => [
        name,
        async (input: never) => {
          try {
            return await run(input)
          } catch (error) {
            if (error instanceof AppError) throw ApplicationFailure.nonRetryable(error.code, error.code)
            // A step that comes too late for a person who is gone comes too late for good.
            if (isOfErasedPerson(error)) throw ApplicationFailure.nonRetryable('user.not_found', 'user.not_found')
            throw translate(error)
          }
        },
      ]),
    ) as A

export const withFailures = withFailuresBy((error) => error)
