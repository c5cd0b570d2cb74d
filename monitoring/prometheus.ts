import type { Yaml } from './yaml.ts'

/** Who is asked, by job: host:port each. The names of our jobs are those that the alerts look for. */
export type Targets = Readonly<Record<'scenor-api' | 'scenor-workers' | 'temporal', readonly string[]>>

/** In compose and behind the chart's headless services the name leads to every process of a role. */
const COMPOSE: Targets = {
  'scenor-api': ['api:9464'],
  'scenor-workers': ['auth', 'users', 'scenarios', 'ai', 'notifications'].map((name) => `worker-${name}:9465`),
  temporal: ['temporal:9090'],
}

/** What Prometheus loads. @param alertmanager host:port; absent: nobody is told */
export const prometheusFile = (
  targets: Targets = COMPOSE,
  { alertmanager = 'alertmanager:9093', interval = '15s' }: { alertmanager?: string; interval?: string } = {},
): Yaml => ({
  global: {
    scrape_interval: interval,
    evaluation_interval: interval,
    scrape_timeout: interval === '15s' ? '10s' : interval,
  },
  rule_files: ['rules.yml'],
  alerting: { alertmanagers: [{ static_configs: [{ targets: [alertmanager] }] }] },
  scrape_configs: Object.entries(targets).map(([job_name, addresses]) => ({
    job_name,
    static_configs: [{ targets: [...addresses] }],
  })),
})
