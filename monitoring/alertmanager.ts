import { ALERTS } from './alerts/index.ts'
import { OWNERS } from './slos.ts'
import type { Yaml } from './yaml.ts'

/** How mail goes out, and to whom; `deploy/monitoring/alertmanager.yml` has examples to put your own in place of. */
export interface Mailing {
  /** host:port of a mail server. */
  readonly smarthost: string
  readonly from: string
  readonly to: (owner: (typeof OWNERS)[number]) => string
  readonly requireTls: boolean
  /** Until the first mail about a group goes out. */
  readonly groupWait: string
  /** Until the next mail about it, the one that says that it is over as well. */
  readonly groupInterval: string
}

const EXAMPLE: Mailing = {
  smarthost: 'smtp.example.com:587',
  from: 'alerts@example.com',
  to: (owner) => `${owner}@example.com`,
  requireTls: true,
  groupWait: '30s',
  groupInterval: '5m',
}

/** The alerts that each cause mutes, in the order of the list: processes, databases, Temporal, queues, objectives. */
const muted = Object.entries(
  ALERTS.flatMap(({ name, causedBy }) => causedBy.map((cause) => ({ name, cause }))).reduce<Record<string, string[]>>(
    (all, { name, cause }) => ({ ...all, [cause]: [...(all[cause] ?? []), name] }),
    {},
  ),
)

/** What Alertmanager loads: one receiver an owner, pages at once and again each hour, tickets once a day. */
export const alertmanagerFile = (mailing: Mailing = EXAMPLE): Yaml => ({
  global: {
    smtp_smarthost: mailing.smarthost,
    smtp_from: mailing.from,
    smtp_require_tls: mailing.requireTls,
  },
  route: {
    receiver: OWNERS[0],
    group_by: ['alertname'],
    group_wait: mailing.groupWait,
    group_interval: mailing.groupInterval,
    repeat_interval: '1d',
    routes: OWNERS.map((owner) => ({
      receiver: owner,
      matchers: [`owner="${owner}"`],
      routes: [{ receiver: owner, matchers: ['severity="page"'], repeat_interval: '1h' }],
    })),
  },
  inhibit_rules: muted.map(([cause, names]) => ({
    source_matchers: [`alertname="${cause}"`],
    target_matchers: [`alertname=~"${names.join('|')}"`],
  })),
  receivers: OWNERS.map((owner) => ({
    name: owner,
    email_configs: [{ to: mailing.to(owner), send_resolved: true }],
  })),
})
