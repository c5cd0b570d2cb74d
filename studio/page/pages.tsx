import type { JSX } from 'preact'
import { Notifications } from './pages/notifications/notifications.tsx'
import { Shared } from './pages/sharing/shared.tsx'
import { NewTemplate, Template } from './pages/templates/template.tsx'
import { Templates } from './pages/templates/templates.tsx'
import { Trash } from './pages/trash/trash.tsx'
import { Data } from './pages/account/data.tsx'
import { Confirm, Reset } from './pages/account/mailed.tsx'
import { Forgot } from './pages/account/forgot.tsx'
import { Profile } from './pages/account/profile.tsx'
import { SignIn } from './pages/account/sign-in.tsx'
import { Told } from './pages/account/told.tsx'
import { Brief } from './pages/brief.tsx'
import { Changes } from './pages/changes.tsx'
import { Anew } from './pages/anew.tsx'
import { Edit } from './pages/edit.tsx'
import { Day } from './pages/runs/day.tsx'
import { Run } from './pages/runs/run.tsx'
import { Runs } from './pages/runs/runs.tsx'
import { InstallationState } from './pages/runs/state.tsx'
import { ReadAloud } from './pages/prompter.tsx'
import { Script } from './pages/script.tsx'
import { Scripts } from './pages/scripts.tsx'
import { Writing } from './pages/writing.tsx'

type Row = readonly [place: string, page: (...parts: string[]) => JSX.Element]

/** Those that nobody needs to be signed in for. */
export const openPages: readonly Row[] = [
  ['forgot', () => <Forgot />],
  ['verify-email/:', (token = '') => <Confirm key={token} token={token} />],
  ['reset-password/:', (token = '') => <Reset key={token} token={token} />],
  ['shared/:', (token = '') => <Shared key={token} token={token} />],
]

/** The pages by their places: `:` stands for a part that is handed to the page. The first that fits is shown. */
export const pages: readonly Row[] = [
  ['', () => <Scripts />],
  ['new', () => <Brief />],
  ['new/:', (template = '') => <Brief key={template} template={template} />],
  ['templates', () => <Templates />],
  ['templates/new', () => <NewTemplate />],
  ['templates/:', (id = '') => <Template key={id} id={id} />],
  ['account', () => <Profile />],
  ['account/sign-in', () => <SignIn />],
  ['account/notifications', () => <Told />],
  ['account/data', () => <Data />],
  ['trash', () => <Trash />],
  ['notifications', () => <Notifications />],
  ['writing/:', (id = '') => <Writing key={id} id={id} />],
  ['scripts/:', (id = '') => <Script key={id} id={id} />],
  ['scripts/:/edit', (id = '') => <Edit key={id} id={id} />],
  ['runs', () => <Runs key="" />],
  ['runs/where/:', (where = '') => <Runs key={where} where={where} />],
  ['runs/day', () => <Day />],
  ['runs/state', () => <InstallationState />],
  ['runs/run/:', (id = '') => <Run key={id} id={id} />],
  ['scripts/:/scenes/:/anew', (id = '', scene = '') => <Anew key={scene} id={id} sceneId={scene} />],
  ['scripts/:/prompter', (id = '') => <ReadAloud key={id} id={id} />],
  [
    'scripts/:/changes/:',
    (id = '', n = '') => <Changes key={`${id} ${n}`} id={id} from={Number(n) - 1} to={Number(n)} />,
  ],
  [
    'scripts/:/changes/:/:',
    (id = '', from = '', to = '') => (
      <Changes key={`${id} ${from} ${to}`} id={id} from={Number(from)} to={Number(to)} />
    ),
  ],
]
