import type { Scenario } from '../../../../client/index.ts'
import { sounds } from '../../labels.ts'
import { Behind } from '../../parts/behind.tsx'
import { isBehind } from '../../script/script.ts'
import { rowTimes } from '../../script/times.ts'
import { duration, t } from '../../words.ts'
import { CommentOn } from '../comments/comment-on.tsx'

/** A script in its two columns, with the time at which each row begins. */
export function Columns({
  script,
  pace,
  mayEdit = false,
}: {
  script: Scenario
  pace?: number | undefined
  mayEdit?: boolean
}) {
  const times = rowTimes(script.scenes, script.target_duration_s, pace)
  let at = 0
  return (
    <div class="script" lang={script.language}>
      {script.scenes.map((scene, i) => (
        <section key={scene.id} aria-labelledby={`scene-${scene.id}`}>
          <h2 id={`scene-${scene.id}`}>
            {i + 1}. {scene.heading || t.scene}
          </h2>
          <CommentOn scene={scene.id} name={`${t.scene} ${i + 1}`} />
          {mayEdit && isBehind(scene, script) && (
            <Behind>
              {!scene.locked && (
                <a
                  href={`#/scripts/${script.id}/scenes/${scene.id}/anew`}
                  aria-label={`${t.anew}, ${t.scene} ${i + 1}`}
                >
                  {t.anew}
                </a>
              )}
            </Behind>
          )}
          <table>
            <thead class="sr-only">
              <tr>
                <th scope="col">{t.time}</th>
                <th scope="col">{t.picture}</th>
                <th scope="col">{t.sound}</th>
              </tr>
            </thead>
            <tbody>
              {scene.rows.map((row, j) => {
                const begin = at
                at += times.get(row.id) ?? 0
                return (
                  <tr key={row.id}>
                    <td class="time">
                      <small>
                        {i + 1}.{j + 1}
                      </small>
                      {duration(begin)}
                      <small>{duration(times.get(row.id) ?? 0)}</small>
                      <CommentOn scene={scene.id} row={row.id} name={`${t.scene} ${i + 1}, ${t.row} ${j + 1}`} />
                    </td>
                    <td data-label={t.picture}>
                      {row.visual}
                      {row.on_screen_text && (
                        <p class="caption">
                          <small>{t.onScreen}: </small>
                          {row.on_screen_text}
                        </p>
                      )}
                    </td>
                    <td data-label={t.sound}>
                      {row.audio.map((line, k) => (
                        <p key={k}>
                          <small>{[line.speaker, sounds[line.type]].filter(Boolean).join(' · ')}</small> {line.text}
                        </p>
                      ))}
                    </td>
                  </tr>
                )
              })}
            </tbody>
          </table>
        </section>
      ))}
    </div>
  )
}
