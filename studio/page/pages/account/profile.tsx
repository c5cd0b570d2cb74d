import { useSignal } from '@preact/signals'
import type { Profile as Stored } from '../../../../client/index.ts'
import { told, useAct, useAnswer } from '../../asking.ts'
import { me } from '../../people.ts'
import { Save } from '../../parts/save.tsx'
import { scenor } from '../../session.ts'
import { t } from '../../words.ts'
import { Frame } from './frame.tsx'
import { Phone } from './phone.tsx'
import { put } from './put-profile.ts'
import { Unconfirmed } from './unconfirmed.tsx'
import { words } from './words.ts'

const ZONES = Intl.supportedValuesOf('timeZone')

function ProfileForm({ profile, changed }: { profile: Stored; changed: (profile: Stored) => void }) {
  const { busy, wrong, act } = useAct()
  const said = useSignal('')
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget as HTMLFormElement)
    const text = (name: string) => String(form.get(name) ?? '').trim() || null
    act(async () => {
      said.value = ''
      const username = text('username') ?? profile.username
      const lines = { full_name: text('name'), bio: text('bio'), avatar_url: text('avatar') }
      changed(await put(profile, { ...lines, username, locale: text('locale'), timezone: text('zone') }))
      me.value = await scenor.call('GET /auth/me')
      said.value = words.saved
    })
  }
  return (
    <form onSubmit={submit}>
      <div class="fields">
        <label>
          {words.name}
          <input name="name" autocomplete="name" maxLength={200} defaultValue={profile.full_name ?? ''} />
        </label>
        <label>
          {words.username}
          <input name="username" autocomplete="username" maxLength={50} required defaultValue={profile.username} />
        </label>
        <label>
          {words.locale}
          <select name="locale">
            {(['ru', 'en'] as const).map((one) => (
              <option key={one} value={one} selected={profile.locale?.startsWith(one) ?? false}>
                {one === 'ru' ? 'Русский' : 'English'}
              </option>
            ))}
          </select>
        </label>
        <label>
          {words.zone}
          <input name="zone" list="zones" autocomplete="off" defaultValue={profile.timezone ?? ''} />
        </label>
      </div>
      <datalist id="zones">
        {ZONES.map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      <label>
        {words.avatar}
        <input name="avatar" type="url" pattern="https://.*" defaultValue={profile.avatar_url ?? ''} />
      </label>
      <label>
        {words.bio}
        <textarea name="bio" rows={3} maxLength={1000} defaultValue={profile.bio ?? ''} />
      </label>
      <Save busy={busy} said={said} wrong={wrong} />
    </form>
  )
}

export function Profile() {
  const answer = useAnswer(() => scenor.call('GET /users/profile'), [])
  const { data, error } = answer.value
  const changed = (profile: Stored) => (answer.value = { data: profile, error: undefined })
  return (
    <Frame title={words.profile}>
      {error !== undefined && <p role="alert">{told(error)}</p>}
      {!data && error === undefined && <p>{t.loading}</p>}
      <Unconfirmed />
      {data && (
        <>
          <ProfileForm profile={data} changed={changed} />
          <Phone profile={data} changed={changed} />
        </>
      )}
    </Frame>
  )
}
