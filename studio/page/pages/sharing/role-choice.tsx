import { words, type ROLES } from './roles.ts'

type Given = (typeof ROLES)[number]
interface Props {
  readonly roles: readonly Given[]
  readonly now?: Given
  readonly about?: string
  readonly choose?: (role: Given) => void
  readonly disabled?: boolean
}

/** What somebody is to be allowed. */
export const RoleChoice = ({ roles, now, about, choose, disabled }: Props) => (
  <label>
    <span class={about && 'sr-only'}>
      {words.role}
      {about && `: ${about}`}
    </span>
    <select
      name="role"
      value={now}
      disabled={disabled}
      onChange={({ currentTarget }) => choose?.(currentTarget.value as Given)}
    >
      {roles.map((role) => (
        <option key={role} value={role}>
          {words[role]}
        </option>
      ))}
    </select>
  </label>
)
