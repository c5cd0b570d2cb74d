import { useSignal } from '@preact/signals'
import type { Profile } from '../../../../client/index.ts'
import { useAct, useAnswer } from '../../asking.ts'
import { scenor } from '../../session.ts'
import { put } from './put-profile.ts'
import { words } from './words.ts'

const given = (event: SubmitEvent, name: string): string =>
  String(new FormData(event.currentTarget as HTMLFormElement).get(name) ?? '').trim()

/** A number, and its proof by a code. */
export function Phone({ profile, changed }: { profile: Profile; changed: (profile: Profile) => void }) {
  const { id, phone_number } = profile
  const params = { id }
  const round = useSignal(0)
  const sent = useSignal(false)
  const { busy, wrong, act } = useAct()
  const phone = useAnswer(() => scenor.call('GET /users/{id}/phone', { params }), [phone_number, round.value]).value
    .data
  const proven = Boolean(phone?.verified_at)
  const save = (event: SubmitEvent) => {
    event.preventDefault()
    const number = given(event, 'number') || null
    act(async () => {
      sent.value = false
      changed(await put(profile, { phone_number: number }))
    })
  }
  const send = () =>
    act(async () => {
      await scenor.call('POST /users/{id}/phone/code', { params })
      sent.value = true
    })
  const prove = (event: SubmitEvent) => {
    event.preventDefault()
    const code = given(event, 'code')
    act(async () => {
      await scenor.call('POST /users/{id}/phone/verify', { params, body: { code } })
      sent.value = false
      round.value += 1
    })
  }
  const state = phone_number === null ? words.noNumber : proven ? words.proven : words.unproven
  return (
    <section aria-labelledby="phone">
      <h2 id="phone">
        {words.phone} <small role="status">{phone && state}</small>
      </h2>
      <p class="quiet">{words.phoneHint}</p>
      <form class="row" onSubmit={save}>
        <label class="grow">
          {words.number}
          <input name="number" type="tel" autocomplete="tel" defaultValue={phone_number ?? ''} />
        </label>
        <button disabled={busy.value}>{words.saveNumber}</button>
      </form>
      {phone_number !== null && phone && !proven && (
        <p>
          <button disabled={busy.value} onClick={send}>
            {words.sendCode}
          </button>
        </p>
      )}
      {sent.value && (
        <form class="note" onSubmit={prove}>
          <p role="status">{words.codeSent}</p>
          <div class="row">
            <label class="grow">
              {words.code}
              <input
                name="code"
                inputMode="numeric"
                autocomplete="one-time-code"
                required
                ref={(field) => field?.focus()}
              />
            </label>
            <button class="main" disabled={busy.value}>
              {words.prove}
            </button>
          </div>
        </form>
      )}
      <p role="alert">{wrong}</p>
    </section>
  )
}
