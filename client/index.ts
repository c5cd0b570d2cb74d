export { createScenor } from './scenor.ts'
export type {
  Answering,
  Data,
  ErrorsOf,
  Full,
  GenerateOptions,
  NotificationEvent,
  RouteName,
  Scenor,
  ScenorOptions,
} from './scenor.ts'
export { DeadlinePassed, Refused, Unreachable, Unreadable } from './refused.ts'
export type { FieldProblem } from './refused.ts'
export type { OperationEvent, Operations, WaitOptions } from './operations.ts'
export type { FollowOptions, ResetEvent } from './follow.ts'
export type * from './routes.ts'
