import proto from '@temporalio/proto'

const { EventType } = proto.temporal.api.enums.v1
type History = proto.temporal.api.history.v1.IHistory

/**
 * Billable actions of a finished execution by Temporal Cloud's rules (docs.temporal.io/evaluate/cloud/actions): the start, each
 * attempt of an activity, each timer, signal and search attribute upsert; all local activities that one workflow task records
 * count once together. Heartbeats count too and stand in no history; an activity that ends within the SDK's first throttle
 * interval sends at most one.
 * @throws Error on an event that this count knows nothing of, rather than counting it as free
 */
export function countActions({ events }: History): { actions: number; events: number } {
  const markers = new Set<string>()
  let actions = 0
  for (const event of events ?? []) {
    switch (event.eventType) {
      case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
      case EventType.EVENT_TYPE_TIMER_STARTED:
      case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED:
      case EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES:
        actions++
        break
      case EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED:
        actions += event.activityTaskStartedEventAttributes?.attempt ?? 1
        break
      case EventType.EVENT_TYPE_MARKER_RECORDED:
        markers.add(String(event.markerRecordedEventAttributes?.workflowTaskCompletedEventId))
        break
      case EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED:
      case EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED:
      case EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED:
      // A machine too busy to answer in time: no action, though it adds events.
      case EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT:
      case EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
      case EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
      case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED:
        break
      default:
        throw new Error(`no rule for event ${EventType[event.eventType ?? 0]}`)
    }
  }
  return { actions: actions + markers.size, events: events?.length ?? 0 }
}
