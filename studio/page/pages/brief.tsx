import { useSignal } from '@preact/signals'
import type { Routes } from '../../../client/index.ts'
import { useAct, useTitle } from '../asking.ts'
import { go } from '../route.ts'
import { scenor } from '../session.ts'
import { kinds, platforms } from '../labels.ts'
import { t } from '../words.ts'
import { Cap, costOf, keptCap, saidOf, type Cost } from './brief/cost.tsx'
import { Examples } from './brief/examples.tsx'
import { TemplateChoice } from './brief/templates.tsx'

type Body = Routes['POST /ai/generate']['input']['body']
type Kind = NonNullable<Body['kind']>
type Platform = NonNullable<Body['platform']>

/** What was typed, kept until it is sent: a reload or a sign-in in between must not cost it. */
const KEPT = 'scenor.brief'

function orderOf(form: HTMLFormElement): Body {
  const given = new FormData(form)
  const text = (name: string) => String(given.get(name) ?? '').trim()
  const list = (name: string, by: string | RegExp) =>
    text(name)
      .split(by)
      .map((s) => s.trim())
      .filter(Boolean)
  const [tone, must_include, must_avoid] = [list('tone', ','), list('include', '\n'), list('avoid', '\n')]
  return {
    brief: text('brief'),
    ...(text('template') && { template_id: text('template') }),
    ...(text('kind') && { kind: text('kind') as Kind }),
    ...(text('platform') && { platform: text('platform') as Platform }),
    ...(text('language') && { language: text('language') }),
    ...(text('length') && { target_duration_s: Number(text('length')) }),
    ...(text('cta') && { cta: text('cta') }),
    ...(tone.length > 0 && { tone }),
    ...(must_include.length > 0 && { must_include }),
    ...(must_avoid.length > 0 && { must_avoid }),
  }
}

const Choice = ({
  name,
  label,
  options,
}: {
  name: string
  label: string
  options: Readonly<Record<string, string>>
}) => (
  <label>
    {label}
    <select name={name}>
      <option value="">{t.wish}</option>
      {Object.entries(options).map(([value, said]) => (
        <option key={value} value={value}>
          {said}
        </option>
      ))}
    </select>
  </label>
)

export function Brief({ template = '' }: { template?: string }) {
  const { busy, wrong, act } = useAct()
  const brief = useSignal(sessionStorage.getItem(KEPT) ?? '')
  const cost = useSignal<Cost | undefined>(undefined)
  const cap = useSignal(keptCap())
  useTitle(() => t.newScript)
  const keep = (text: string) => {
    brief.value = text
    sessionStorage.setItem(KEPT, text)
  }
  /** What it would cost, once somebody has stopped typing; nothing while it is too short to say. */
  const estimate = (form: HTMLFormElement | null) => {
    if (!form || brief.value.trim().length < 10) return
    costOf(orderOf(form)).then(
      (found) => (cost.value = found),
      () => (cost.value = undefined),
    )
  }
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const body = orderOf(event.currentTarget as HTMLFormElement)
    act(async () => {
      const capped = { ...body, ...(cap.value !== undefined && { max_cost_micros: cap.value }) }
      const { id } = await scenor.call('POST /ai/generate', { body: capped })
      sessionStorage.removeItem(KEPT)
      go(`/writing/${id}`)
    })
  }
  return (
    <section class="narrow">
      <h1 tabIndex={-1}>{t.newScript}</h1>
      <form onSubmit={submit} onChange={(event) => estimate(event.currentTarget)}>
        <label>
          {t.brief}
          <textarea
            name="brief"
            rows={7}
            minLength={10}
            maxLength={8000}
            required
            aria-describedby="hint"
            value={brief.value}
            onInput={(event) => keep(event.currentTarget.value)}
          />
        </label>
        <p id="hint" class="row">
          <small>{t.briefHint}</small>
        </p>
        <Examples take={keep} />
        <div class="fields">
          <TemplateChoice chosen={template} />
          <label>
            {t.length}
            <input name="length" type="number" min={5} max={1800} inputMode="numeric" />
          </label>
          <Choice name="language" label={t.writtenIn} options={{ ru: 'Русский', en: 'English' }} />
        </div>
        <details>
          <summary>{t.moreFields}</summary>
          <div class="fields">
            <Choice name="kind" label={t.kind} options={kinds} />
            <Choice name="platform" label={t.platform} options={platforms} />
            <label>
              {t.tone}
              <input name="tone" maxLength={300} />
            </label>
            <label>
              {t.cta}
              <input name="cta" maxLength={500} />
            </label>
            <label>
              {t.inclusion}
              <textarea name="include" rows={3} />
            </label>
            <label>
              {t.avoidance}
              <textarea name="avoid" rows={3} />
            </label>
          </div>
        </details>
        <Cap cap={cap} currency={cost.value?.currency ?? 'USD'} />
        <p aria-live="polite">
          <small>{cost.value && saidOf(cost.value)}</small>
        </p>
        <button class="main" disabled={busy.value}>
          {t.write}
        </button>
      </form>
      <p role="alert">{wrong}</p>
    </section>
  )
}
