import { latest, unread } from './news.ts'
import { words } from './words.ts'

/** The way to what happened, with how much of it is unread. */
export const Bell = () => (
  <a href="#/notifications">
    {words.news}
    {unread.value > 0 && (
      <span class="count">
        <span class="sr-only">{words.unread}: </span>
        {unread.value}
      </span>
    )}
  </a>
)

/** What has just come, on whichever page one is. It covers nothing and stays until it is closed. */
export const Latest = () => (
  <div role="status" class={latest.value ? 'toast' : undefined}>
    {latest.value && (
      <>
        <p>
          <b>{latest.value.title}.</b> {latest.value.body}
        </p>
        <p class="row">
          {latest.value.scenario_id && <a href={`#/scripts/${latest.value.scenario_id}`}>{words.open}</a>}
          <button class="plain" onClick={() => (latest.value = undefined)}>
            {words.close}
          </button>
        </p>
      </>
    )}
  </div>
)
