import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { CHART_HOLDERS, chartHolders, chartSchema, CHART_SCHEMA } from '../../cli/chart-schema.ts'
import { holds, holdersOf, SECRETS, type Program } from '../../roles.ts'
import { SERVICES } from '../../services.ts'

const CHART = resolve(import.meta.dirname, '../../deploy/helm/scenor')
const KUBE = join(homedir(), '.cache/scenor/kube-tools-1')
const helm = join(KUBE, 'helm/helm')

test('values.schema.json is made of config.ts (else: npm run docs:chart)', () => {
  expect(readFileSync(CHART_SCHEMA, 'utf8')).toBe(chartSchema())
})
test('holders.json is made of roles.ts (else: npm run docs:chart)', () => {
  expect(readFileSync(CHART_HOLDERS, 'utf8')).toBe(chartHolders())
})

// In CI a missing Helm is a failure, elsewhere this is skipped.
const withHelm = existsSync(helm) || process.env['CI'] ? describe : describe.skip

withHelm('the Helm chart, rendered by Helm (.ci/install-kube-tools.sh)', () => {
  const render = (...set: string[]) =>
    spawnSync(helm, ['template', 'x', CHART, '--set', 'existingSecret=s', ...set], { encoding: 'utf8' })
  const overlay = (name: string) => ['-f', join(CHART, `values-${name}.yaml`)]

  test.each(SERVICES)('refuses two that would scale the workers of %s', (service) => {
    const both = ['autoscaling', 'keda'].flatMap((way) => ['--set', `workers.${service}.${way}.enabled=true`])
    expect(render(...both).stderr).toContain(`workers.${service}: autoscaling or keda, not both`)
  })

  test('refuses values that config.ts does not know, and to start without a Secret', () => {
    expect(render('--set', 'config.LOG_LEVLE=info').stderr).toContain('LOG_LEVLE')
    expect(render('--set', 'config.EVENT_BUS=nats').stderr).toContain('EVENT_BUS')
    expect(render('--set', 'config.OPENAI_API_KEY=k').stderr).toContain('OPENAI_API_KEY')
    expect(render('--set', 'existingSecret=').stderr).toContain('make a Secret with the keys of secretKeys first')
  })

  test.each([
    ['by default', []],
    ['minimal', overlay('minimal')],
    ['ha', overlay('ha')],
    ['production', [...overlay('ha'), ...overlay('production'), '--set', 'config.KAFKA_BROKERS=kafka:9092']],
  ])('%s: pods give up their rights, pause before they end and rather spread than wait', (_, set) => {
    const { stdout } = render(...set)
    const deployments = stdout.split('\n---').filter((text) => /^kind: (Deployment|Job)$/m.test(text))
    expect(deployments.length).toBe(SERVICES.length + 3)
    for (const text of deployments) {
      for (const wanted of [
        'runAsNonRoot: true',
        'seccompProfile: { type: RuntimeDefault }',
        'allowPrivilegeEscalation: false',
        'readOnlyRootFilesystem: true',
        'capabilities: { drop: [ALL] }',
        'automountServiceAccountToken: false',
      ])
        expect(text).toContain(wanted)
      expect(text).not.toContain('DoNotSchedule')
      expect(text.includes('preStop:')).toBe(text.includes('api/main.ts'))
    }
  })

  test.each(['postgres', 'kafka'])('a pod has the secrets of its role and no others, with %s as the bus', (bus) => {
    const { stdout } = render(
      ...['--set', `secretKeys={${SECRETS.join(',')}}`, '--set', `config.EVENT_BUS=${bus}`],
      ...['--set', 'config.KAFKA_BROKERS=kafka:9092'],
    )
    const pods = stdout.split('\n---').filter((text) => /^kind: (Deployment|Job)$/m.test(text))
    const found = pods.map((text) => {
      const component = /app.kubernetes.io\/component: ([\w-]+)/.exec(text)?.[1] ?? ''
      const named = [...text.matchAll(/name: (\w+)_FILE\n\s+value: \/run/gm)].map(([, name]) => name)
      const mounted = [...text.matchAll(/\{ key: (\w+), path/g)].map(([, name]) => name)
      return { component, named, mounted }
    })
    expect(found.length).toBe(SERVICES.length + 3)
    for (const { component, named, mounted } of found) {
      const service = SERVICES.find((one) => component === `worker-${one}`)
      const role = service ? holdersOf('workers', [service], bus) : holdersOf(component as Program, [], bus)
      const wanted = SECRETS.filter((secret) => holds(role, secret))
      expect({ component, named, mounted }).toEqual({ component, named: wanted, mounted: wanted })
    }
    // The API is told that there is a provider: it does not see the key.
    const api = pods.find((text) => text.includes('api/main.ts'))
    expect(api).toMatch(/name: OPENAI_BASE_URL\n\s+value: https:\/\/api.openai.com\/v1/)
    // Without items a volume would have the whole Secret.
    expect(render().stdout).toMatch(/name: secrets\n\s+emptyDir:/)
  })

  test('a secret is never in the environment, and all that are named are files', () => {
    const { stdout } = render()
    for (const name of SECRETS) expect(stdout).not.toMatch(new RegExp(`name: ${name}$`, 'm'))
    expect(stdout).toMatch(/name: DATABASE_URL_FILE\n\s+value: \/run\/secrets\/scenor\/DATABASE_URL$/m)
  })
})
