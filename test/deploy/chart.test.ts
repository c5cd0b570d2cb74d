import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { chartSchema, CHART_SCHEMA } from '../../cli/chart-schema.ts'
import { SECRETS } from '../../roles.ts'
import { SERVICES } from '../../services.ts'

const CHART = resolve(import.meta.dirname, '../../deploy/helm/scenor')
const KUBE = join(homedir(), '.cache/scenor/kube-tools-1')
const helm = join(KUBE, 'helm/helm')

test('values.schema.json is made of config.ts (else: npm run docs:chart)', () => {
  expect(readFileSync(CHART_SCHEMA, 'utf8')).toBe(chartSchema())
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

  test('a secret is never in the environment, and all that are named are files', () => {
    const { stdout } = render()
    for (const name of SECRETS) expect(stdout).not.toMatch(new RegExp(`name: ${name}$`, 'm'))
    expect(stdout).toMatch(/name: DATABASE_URL_FILE\n\s+value: \/run\/secrets\/scenor\/DATABASE_URL$/m)
  })
})
