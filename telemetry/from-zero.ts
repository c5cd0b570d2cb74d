import { ERRORS, type ErrorCode } from '../errors/errors.ts'
import { CHECKS } from '../script/checks/check.ts'
import { CHANNEL_NAMES } from '../notifications/topics.ts'
import type { NameOf } from './catalogue.ts'

type Labels = Readonly<Record<string, string>>

const each = (label: string, values: readonly string[]): Labels[] => values.map((value) => ({ [label]: value }))
const product = (left: readonly Labels[], right: readonly Labels[]): Labels[] =>
  left.flatMap((a) => right.map((b) => ({ ...a, ...b })))

const CODES = Object.keys(ERRORS) as ErrorCode[]
const OF_AI = CODES.filter((code) => code.startsWith('ai.') || code === 'internal.error')
const GENERATED = each('kind', ['script', 'scene', 'title'])

/**
 * Series that are there at 0 from the start of a process. Prometheus sees a rise between two values: of a counter that appears with its
 * first count, perhaps the only one for days, it sees none, and no alert would.
 */
export const FROM_ZERO: { readonly [N in NameOf<'counter'>]?: readonly Labels[] } = {
  scenor_problems_total: each('code', CODES),
  scenor_security_events_total: each('kind', ['login', 'login_failed', 'refresh_reused', 'password_change_failed']),
  scenor_exports_total: product(each('format', ['pdf', 'docx']), each('outcome', ['made', 'failed', 'turned_away'])),
  scenor_streams_ended_total: each('reason', ['done', 'gone', 'drained', 'cut', 'failed']),
  scenor_cache_total: each('result', ['own', 'redis', 'miss']),
  scenor_operations_total: [
    ...product(GENERATED, each('outcome', ['succeeded', 'cancelled'])).map((labels) => ({ ...labels, code: '' })),
    ...product(product(GENERATED, [{ outcome: 'failed' }]), each('code', OF_AI)),
  ],
  scenor_model_paid_twice_total: each('prompt', ['script', 'outline', 'scene', 'polish', 'repair', 'titles']),
  scenor_script_checks_total: product(each('check', CHECKS), each('result', ['passed', 'failed'])),
  scenor_script_repairs_total: each('result', ['better', 'no_better', 'failed']),
  scenor_deliveries_total: product(
    each(
      'channel',
      CHANNEL_NAMES.filter((channel) => channel !== 'in_app'),
    ),
    each('outcome', ['sent', 'failed']),
  ),
}
