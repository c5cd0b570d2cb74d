import type { ReadonlySignal } from '@preact/signals'
import { t } from '../words.ts'

/** The end of a form: its button, what was done, and what went wrong. */
export const Save = ({
  busy,
  said,
  wrong,
}: {
  busy: ReadonlySignal<boolean>
  said: ReadonlySignal<string>
  wrong: ReadonlySignal<string>
}) => (
  <>
    <p class="row">
      <button class="main" disabled={busy.value}>
        {t.save}
      </button>
      <span role="status">{said}</span>
    </p>
    <p role="alert">{wrong}</p>
  </>
)
