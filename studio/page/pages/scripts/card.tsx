import type { ScenarioSummary } from '../../../../client/index.ts'
import { called } from '../../kinds.ts'
import { nameOf } from '../../people.ts'
import { duration, moment, t } from '../../words.ts'
import { words } from './words.ts'

interface Props {
  readonly script: ScenarioSummary
  readonly own: boolean
  readonly choose: (tag: string) => void
  readonly remove: () => void
}

export function Card({ script, own, choose, remove }: Props) {
  const { id, title, owner_id, est_duration_s, platform, version, updated_at, tags, my_role } = script
  const facts = [duration(est_duration_s), called(platform), `${t.version} ${version}`, moment(updated_at)]
  return (
    <li>
      <div class="grow">
        <a href={`#/scripts/${id}`}>{title}</a>
        <div>
          <small>{(own ? facts : [nameOf(owner_id), ...facts]).join(' · ')}</small>
        </div>
        {tags.length > 0 && (
          <div class="tags">
            {tags.map((tag) => (
              <button key={tag} class="tag" aria-label={`${words.tags}: ${tag}`} onClick={() => choose(tag)}>
                {tag}
              </button>
            ))}
          </div>
        )}
      </div>
      {my_role === 'owner' && (
        <button class="plain" aria-label={`${words.toTrash}: ${title}`} onClick={remove}>
          {words.toTrash}
        </button>
      )}
    </li>
  )
}
