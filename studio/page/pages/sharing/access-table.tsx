import type { Scenario, Share } from '../../../../client/index.ts'
import { useAct } from '../../asking.ts'
import { nameOf } from '../../people.ts'
import { scenor } from '../../session.ts'
import { Sure } from '../../sure.tsx'
import { day } from '../../words.ts'
import { RoleChoice } from './role-choice.tsx'
import { RIGHTS, ROLES, words, type Role } from './roles.ts'

export type Changed = (said: string) => void

const Rights = ({ role, none = false }: { role: Role; none?: boolean }) =>
  RIGHTS.map(([right, roles]) => {
    const may = !none && roles.some((one) => one === role)
    return (
      <td key={right} data-label={words[right]} class={may ? 'may' : 'may quiet'}>
        <span aria-hidden="true">{may ? '✓' : '–'}</span>
        <span class="sr-only">{may ? words.yes : words.no}</span>
      </td>
    )
  })

function Given({ script, share, changed }: { script: Scenario; share: Share; changed: Changed }) {
  const { busy, wrong, act } = useAct()
  const { user_id, email } = share.grantee
  const params = { id: script.id }
  const name = share.link ? words.link : (email ?? (user_id === null ? '' : nameOf(user_id)))
  const give = (role: (typeof ROLES)[number]) =>
    act(async () => {
      const who = user_id === null ? { email: email ?? '' } : { user_id }
      await scenor.call('POST /scenarios/{id}/share', { params, body: { ...who, role } })
      changed(words.changed)
    })
  const end = () =>
    act(async () => {
      await scenor.call('DELETE /scenarios/{id}/shares/{share_id}', { params: { ...params, share_id: share.id } })
      changed(words.ended)
    })
  const notes = [
    share.status === 'invited' && words.invited,
    share.expires_at && `${words.until} ${day(share.expires_at)}`,
  ]
  return (
    <tr>
      <th scope="row">
        {name}
        {notes.filter(Boolean).map((note) => (
          <small key={note}>{note}</small>
        ))}
      </th>
      <Rights role={share.role} none={share.status === 'invited'} />
      {script.my_role === 'owner' && (
        <td class="acts">
          <div>
            {!share.link && (
              <RoleChoice roles={ROLES} now={share.role} about={name} choose={give} disabled={busy.value} />
            )}
            <Sure label={share.link ? words.revokeLink : words.revoke} about={name} busy={busy.value} act={end} />
          </div>
          <p role="alert">{wrong}</p>
        </td>
      )}
    </tr>
  )
}

/** Everybody who has access, and what each may do with it. */
export const AccessTable = ({
  script,
  shares,
  changed,
}: {
  script: Scenario
  shares: readonly Share[]
  changed: Changed
}) => (
  <table class="access">
    <caption class="sr-only">{words.access}</caption>
    <thead>
      <tr>
        <th scope="col">{words.who}</th>
        {RIGHTS.map(([right]) => (
          <th key={right} scope="col">
            {words[right]}
          </th>
        ))}
        {script.my_role === 'owner' && <td />}
      </tr>
    </thead>
    <tbody>
      <tr>
        <th scope="row">
          {nameOf(script.owner_id)}
          <small>{words.owner}</small>
        </th>
        <Rights role="owner" />
        {script.my_role === 'owner' && <td />}
      </tr>
      {shares.map((share) => (
        <Given key={share.id} script={script} share={share} changed={changed} />
      ))}
    </tbody>
  </table>
)
