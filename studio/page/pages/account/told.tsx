import { useSignal } from '@preact/signals'
import type { NotificationPreferences } from '../../../../client/index.ts'
import { told, useAct, useAnswer } from '../../asking.ts'
import { Save } from '../../parts/save.tsx'
import { scenor } from '../../session.ts'
import { t } from '../../words.ts'
import { Frame } from './frame.tsx'
import { Push } from './push.tsx'
import { words } from './told-words.ts'
import { words as account } from './words.ts'

const CHANNELS = ['in_app', 'email', 'sms', 'web_push'] as const
/** What nobody can switch off. */
const ALWAYS = ['security', 'account']
type Switches = NotificationPreferences['topics'][string]

const nameOf = (topic: string): string => (topic in words ? words[topic as keyof typeof words] : topic)

function Topics({ topics }: { topics: NotificationPreferences['topics'] }) {
  return (
    <table class="topics">
      <caption class="sr-only">{words.about}</caption>
      <thead>
        <tr>
          <th scope="col">{words.topic}</th>
          {CHANNELS.map((channel) => (
            <th key={channel} scope="col">
              {words[channel]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {Object.entries(topics).map(([topic, on]) => (
          <tr key={topic}>
            <th scope="row">{nameOf(topic)}</th>
            {CHANNELS.map((channel) => (
              <td key={channel}>
                <label>
                  <input
                    type="checkbox"
                    name={`${topic}.${channel}`}
                    defaultChecked={on[channel]}
                    disabled={ALWAYS.includes(topic)}
                  />
                  <span>
                    <span class="sr-only">{nameOf(topic)}: </span>
                    <span class="on-narrow">{words[channel]}</span>
                  </span>
                </label>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const HERE = Intl.DateTimeFormat().resolvedOptions().timeZone

function QuietHours({ hours }: { hours: NotificationPreferences['quiet_hours'] }) {
  const on = useSignal(hours !== null)
  return (
    <fieldset>
      <legend>{words.quiet}</legend>
      <p class="quiet">{words.quietHint}</p>
      <label class="check">
        <input
          type="checkbox"
          name="quiet"
          checked={on.value}
          onChange={({ currentTarget }) => (on.value = currentTarget.checked)}
        />
        <span>{words.on}</span>
      </label>
      {on.value && (
        <div class="fields">
          <label>
            {words.from}
            <input name="start" type="time" required defaultValue={hours?.start ?? '22:00'} />
          </label>
          <label>
            {words.to}
            <input name="end" type="time" required defaultValue={hours?.end ?? '08:00'} />
          </label>
          <label>
            {words.zone}
            <input name="zone" required defaultValue={hours?.timezone ?? HERE} />
          </label>
        </div>
      )}
    </fieldset>
  )
}

function bodyOf(form: HTMLFormElement, { topics }: NotificationPreferences) {
  const given = new FormData(form)
  const text = (name: string) => String(given.get(name) ?? '')
  const switches = (topic: string) =>
    Object.fromEntries(CHANNELS.map((channel) => [channel, given.has(`${topic}.${channel}`)])) as Switches
  const free = Object.keys(topics).filter((topic) => !ALWAYS.includes(topic))
  return {
    topics: Object.fromEntries(free.map((topic) => [topic, switches(topic)])),
    quiet_hours: given.has('quiet') ? { start: text('start'), end: text('end'), timezone: text('zone') } : null,
    digest: given.has('digest') ? ('daily' as const) : ('off' as const),
  }
}

/** About what one is told, where and when. */
export function Told() {
  const { data, error } = useAnswer(() => scenor.call('GET /notifications/preferences'), []).value
  const { busy, wrong, act } = useAct()
  const said = useSignal('')
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    act(async () => {
      said.value = ''
      if (data) await scenor.call('PUT /notifications/preferences', { body: bodyOf(form, data) })
      said.value = words.saved
    })
  }
  return (
    <Frame title={account.told}>
      {error !== undefined && <p role="alert">{told(error)}</p>}
      {!data && error === undefined && <p>{t.loading}</p>}
      {data && (
        <form onSubmit={submit}>
          <Topics topics={data.topics} />
          <QuietHours hours={data.quiet_hours} />
          <label class="check">
            <input type="checkbox" name="digest" defaultChecked={data.digest === 'daily'} />
            <span>{words.digest}</span>
          </label>
          <Save busy={busy} said={said} wrong={wrong} />
        </form>
      )}
      <Push />
    </Frame>
  )
}
