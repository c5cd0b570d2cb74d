import { useSignal } from '@preact/signals'
import type { Template as Stored, TemplateBody } from '../../../../client/index.ts'
import { told, useAct, useAnswer, useTitle } from '../../asking.ts'
import { called, KINDS, PLATFORMS } from '../../kinds.ts'
import { go } from '../../route.ts'
import { scenor } from '../../session.ts'
import { Sure } from '../../sure.tsx'
import { language, t } from '../../words.ts'
import { Beats, part, sumOf, type Part } from './beats.tsx'
import { words } from './words.ts'

interface Read {
  readonly template: Stored
  readonly etag: string
}

async function load(id: string): Promise<Read> {
  const { data, headers } = await scenor.call('GET /templates/{id}', { params: { id } }).withResponse()
  return { template: data, etag: headers.get('etag') ?? '' }
}

/** Whole percents that add up to a whole, of shares that do. */
function partsOf(beats: Stored['beats']): Part[] {
  const parts = beats.map(({ beat, share }) => part(beat, Math.round(share * 100)))
  const [first, ...rest] = parts
  return first ? [{ ...first, percent: 100 - sumOf(rest) }, ...rest] : parts
}

function bodyOf(form: HTMLFormElement, parts: readonly Part[]): TemplateBody {
  const given = new FormData(form)
  const text = (name: string) => String(given.get(name) ?? '').trim()
  const list = (name: string, by: string) =>
    text(name)
      .split(by)
      .map((one) => one.trim())
      .filter(Boolean)
  return {
    name: text('name'),
    kind: text('kind') as Stored['kind'],
    platform: text('platform') as Stored['platform'],
    language: text('language'),
    target_duration_s: Number(text('length')),
    ...{
      tone: list('tone', ','),
      must_avoid: list('avoid', '\n'),
      cta: text('cta'),
      instructions: text('instructions'),
    },
    beats: parts.map(({ beat, percent }) => ({ beat, share: percent / 100 })),
  }
}

interface ChoiceProps<T extends string> {
  readonly name: string
  readonly label: string
  readonly now: string
  readonly options: readonly T[]
  readonly shown?: (option: T) => string
}
const Choice = <T extends string>({ name, label, now, options, shown = (option) => option }: ChoiceProps<T>) => (
  <label>
    {label}
    <select name={name}>
      {options.map((option) => (
        <option key={option} value={option} selected={option === now}>
          {shown(option)}
        </option>
      ))}
    </select>
  </label>
)

interface FormProps {
  readonly from: Stored | undefined
  readonly store: (body: TemplateBody) => Promise<void>
  readonly fixed: boolean
}

function TemplateForm({ from, store, fixed }: FormProps) {
  const parts = useSignal<readonly Part[]>(
    from ? partsOf(from.beats) : [part('hook', 20), part('free', 60), part('cta', 20)],
  )
  const { busy, wrong, act } = useAct()
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const body = bodyOf(event.currentTarget as HTMLFormElement, parts.value)
    act(() => store(body))
  }
  return (
    <form onSubmit={submit}>
      <fieldset class="bare" disabled={fixed}>
        <label>
          {words.name}
          <input name="name" maxLength={200} required defaultValue={from?.name ?? ''} />
        </label>
        <div class="fields">
          <Choice name="kind" label={t.kind} now={from?.kind ?? 'ad'} options={KINDS} shown={called} />
          <Choice
            name="platform"
            label={t.platform}
            now={from?.platform ?? 'youtube'}
            options={PLATFORMS}
            shown={called}
          />
          <Choice name="language" label={t.writtenIn} now={from?.language ?? language.value} options={['ru', 'en']} />
          <label>
            {t.length}
            <input
              name="length"
              type="number"
              min={5}
              max={1800}
              required
              defaultValue={from?.target_duration_s ?? 30}
            />
          </label>
          <label>
            {t.tone}
            <input name="tone" maxLength={300} defaultValue={from?.tone.join(', ') ?? ''} />
          </label>
          <label>
            {t.cta}
            <input name="cta" maxLength={500} defaultValue={from?.cta ?? ''} />
          </label>
        </div>
        <Beats parts={parts.value} change={(next) => (parts.value = next)} />
        <label>
          {words.instructions}
          <textarea name="instructions" rows={4} defaultValue={from?.instructions ?? ''} />
        </label>
        <label>
          {t.avoidance}
          <textarea name="avoid" rows={3} defaultValue={from?.must_avoid.join('\n') ?? ''} />
        </label>
        {!fixed && (
          <button class="main" disabled={busy.value || sumOf(parts.value) !== 100}>
            {t.save}
          </button>
        )}
      </fieldset>
      <p role="alert">{wrong}</p>
    </form>
  )
}

function copyOf(template: Stored): TemplateBody {
  const { name, kind, platform, tone, target_duration_s, beats, cta, language: written, must_avoid } = template
  return {
    ...{ name, kind, platform, tone, target_duration_s, beats, cta, language: written, must_avoid },
    instructions: template.instructions,
  }
}

const create = async (body: TemplateBody): Promise<Stored> => scenor.call('POST /templates', { body })

export function NewTemplate() {
  useTitle(() => words.make)
  const store = async (body: TemplateBody) => {
    await create(body)
    go('/templates')
  }
  return (
    <section class="narrow">
      <h1 tabIndex={-1}>{words.make}</h1>
      <TemplateForm from={undefined} store={store} fixed={false} />
    </section>
  )
}

/** One's own to be changed; a ready-made one to be read, and to make one's own of. */
export function Template({ id }: { id: string }) {
  const answer = useAnswer(() => load(id), [id])
  const { data, error } = answer.value
  useTitle(() => answer.value.data?.template.name ?? words.templates)
  const { busy, wrong, act } = useAct()
  if (error !== undefined) return <p role="alert">{told(error)}</p>
  if (!data) return <p>{t.loading}</p>
  const { template, etag } = data
  const headers = { 'If-Match': etag }
  const store = async (body: TemplateBody) => {
    await scenor.call('PUT /templates/{id}', { params: { id }, headers, body })
    go('/templates')
  }
  const remove = () =>
    act(async () => {
      await scenor.call('DELETE /templates/{id}', { params: { id }, headers })
      go('/templates')
    })
  const copy = () =>
    act(async () => {
      go(`/templates/${(await create(copyOf(template))).id}`)
    })
  return (
    <section class="narrow">
      <h1 tabIndex={-1} lang={template.language}>
        {template.name}
      </h1>
      <p class="row">
        <a class={template.built_in ? 'button main' : 'button'} href={`#/new/${id}`}>
          {words.use}
        </a>
        {template.built_in ? (
          <button disabled={busy.value} onClick={copy}>
            {words.copy}
          </button>
        ) : (
          <Sure label={t.remove} about={template.name} busy={busy.value} act={remove} />
        )}
      </p>
      <p role="alert">{wrong}</p>
      <TemplateForm from={template} store={store} fixed={template.built_in} />
    </section>
  )
}
