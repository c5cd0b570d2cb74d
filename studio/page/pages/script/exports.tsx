import { useAct } from '../../asking.ts'
import { scenor } from '../../session.ts'
import { t } from '../../words.ts'
import { w } from './words.ts'

const FORMATS = [
  'pdf',
  'docx',
  'prompter',
  'shotlist',
  'fountain',
  'fdx',
  'srt',
  'vtt',
  'csv',
  'md',
  'txt',
  'json',
] as const
type Format = (typeof FORMATS)[number]

/** A script to take along, on paper, as a file or on a screen to read from. */
export function Exports({ id }: { id: string }) {
  const { busy, wrong, act } = useAct()
  const download = (event: SubmitEvent) => {
    event.preventDefault()
    const format = String(new FormData(event.currentTarget as HTMLFormElement).get('format')) as Format
    act(async () => {
      const { url } = await scenor.call('POST /scenarios/{id}/export-link', { params: { id }, body: { format } })
      // The address that clients know may be another name of this server: the page stays at its own.
      const { pathname, search } = new URL(url)
      location.assign(pathname + search)
    })
  }
  return (
    <form class="row" onSubmit={download}>
      <label>
        {t.format}
        <select name="format">
          {FORMATS.map((format) => (
            <option key={format}>{format}</option>
          ))}
        </select>
      </label>
      <button disabled={busy.value}>{t.download}</button>
      <button type="button" onClick={() => print()}>
        {w.print}
      </button>
      <a class="button" href={`#/scripts/${id}/prompter`}>
        {w.prompter}
      </a>
      <p role="alert">{wrong}</p>
    </form>
  )
}
