import { told, useAnswer } from '../asking.ts'
import { load, ownPace } from '../script/load.ts'
import { t } from '../words.ts'
import { Editor } from './edit/editor.tsx'
import './edit/edit.css'

export function Edit({ id }: { id: string }) {
  const { data, error } = useAnswer(() => Promise.all([load(id), ownPace()]), [id]).value
  if (error !== undefined)
    return (
      <>
        <h1 tabIndex={-1}>{t.edit}</h1>
        <p role="alert">{told(error)}</p>
      </>
    )
  return data ? <Editor read={data[0]} msPerCharacter={data[1]} /> : <p>{t.loading}</p>
}
