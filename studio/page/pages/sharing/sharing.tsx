import { useSignal } from '@preact/signals'
import type { Scenario, Share } from '../../../../client/index.ts'
import { told, useAct, useAnswer } from '../../asking.ts'
import { go } from '../../route.ts'
import { scenor } from '../../session.ts'
import { Sure } from '../../sure.tsx'
import { AccessTable } from './access-table.tsx'
import { ShareByLink, ShareWithPerson } from './give.tsx'
import { words } from './roles.ts'

async function sharesOf(id: string): Promise<readonly Share[]> {
  const shares: Share[] = []
  for await (const share of scenor.pages('GET /scenarios/{id}/shares', { params: { id }, query: { limit: 100 } }))
    shares.push(share)
  return shares
}

function Everybody({ script }: { script: Scenario }) {
  const said = useSignal('')
  const ask = () => sharesOf(script.id)
  const answer = useAnswer(ask, [script.id])
  const { data, error } = answer.value
  const changed = (what: string) =>
    void ask().then(
      (shares) => {
        answer.value = { data: shares, error: undefined }
        said.value = what
      },
      (failed: unknown) => (answer.value = { data, error: failed }),
    )
  return (
    <>
      {error !== undefined && <p role="alert">{told(error)}</p>}
      {data && <AccessTable script={script} shares={data} changed={changed} />}
      <p role="status" class="quiet">
        {said}
      </p>
      {script.my_role === 'owner' && (
        <div class="fields">
          <ShareWithPerson id={script.id} changed={changed} />
          <ShareByLink id={script.id} changed={changed} />
        </div>
      )}
    </>
  )
}

/** Of those who may not see who else has access: what they may do, and the way out. */
function Mine({ script }: { script: Scenario }) {
  const { busy, wrong, act } = useAct()
  const role = script.my_role
  if (role === 'owner') return null
  const leave = () =>
    act(async () => {
      await scenor.call('DELETE /scenarios/{id}/shares/me', { params: { id: script.id } })
      go('/')
    })
  return (
    <div class="row">
      <p>
        {words.mine} {words[role]}.
      </p>
      <Sure label={words.leave} about={script.title} busy={busy.value} act={leave} />
      <p role="alert">{wrong}</p>
    </div>
  )
}

export function Sharing({ script }: { script: Scenario }) {
  return (
    <section aria-labelledby="access">
      <h2 id="access">{words.access}</h2>
      <Mine script={script} />
      {['owner', 'editor'].includes(script.my_role) && <Everybody script={script} />}
    </section>
  )
}
