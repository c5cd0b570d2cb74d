import { useSignal } from '@preact/signals'
import { useAct } from '../../asking.ts'
import { scenor } from '../../session.ts'
import type { Changed } from './access-table.tsx'
import { RoleChoice } from './role-choice.tsx'
import { LINK_ROLES, ROLES, words } from './roles.ts'

interface Props {
  readonly id: string
  readonly changed: Changed
}
const given = (form: HTMLFormElement, name: string): string => String(new FormData(form).get(name) ?? '').trim()

export function ShareWithPerson({ id, changed }: Props) {
  const { busy, wrong, act } = useAct()
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    const message = given(form, 'message')
    const role = given(form, 'role') as (typeof ROLES)[number]
    act(async () => {
      const body = { email: given(form, 'email'), role, ...(message && { message }) }
      await scenor.call('POST /scenarios/{id}/share', { params: { id }, body })
      form.reset()
      changed(words.shared)
    })
  }
  return (
    <form onSubmit={submit}>
      <h3>{words.person}</h3>
      <label>
        {words.email}
        <input name="email" type="email" autocomplete="off" required />
      </label>
      <RoleChoice roles={ROLES} />
      <label>
        {words.message}
        <textarea name="message" rows={2} maxLength={1000} />
      </label>
      <button class="main" disabled={busy.value}>
        {words.invite}
      </button>
      <p role="alert">{wrong}</p>
    </form>
  )
}

function Address({ url }: { url: string }) {
  const said = useSignal('')
  const copy = () => void navigator.clipboard.writeText(url).then(() => (said.value = words.copied))
  return (
    <div class="note">
      <p>{words.once}</p>
      <label>
        {words.address}
        <input
          readOnly
          value={url}
          ref={(field) => field?.select()}
          onFocus={(event) => event.currentTarget.select()}
        />
      </label>
      <p class="row">
        <button type="button" onClick={copy}>
          {words.copy}
        </button>
        <span role="status">{said}</span>
      </p>
    </div>
  )
}

/** The end of a day as people mean it: their own. */
const endOf = (date: string): string => new Date(`${date}T23:59:59`).toISOString()

export function ShareByLink({ id, changed }: Props) {
  const { busy, wrong, act } = useAct()
  const url = useSignal('')
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    const role = given(form, 'role') as (typeof LINK_ROLES)[number]
    const until = given(form, 'until')
    act(async () => {
      const body = { link: true, role, ...(until && { expires_at: endOf(until) }) } as const
      const made = await scenor.call('POST /scenarios/{id}/share', { params: { id }, body })
      url.value = ('url' in made && made.url) || ''
      changed(words.made)
    })
  }
  return (
    <form onSubmit={submit}>
      <h3>{words.makeLink}</h3>
      <RoleChoice roles={LINK_ROLES} />
      <label>
        {words.expires}
        <input name="until" type="date" />
      </label>
      <button disabled={busy.value}>{words.make}</button>
      <p role="alert">{wrong}</p>
      {url.value && <Address key={url.value} url={url.value} />}
    </form>
  )
}
