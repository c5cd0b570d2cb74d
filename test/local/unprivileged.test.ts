import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { unprivilegedAccount } from '../../local/postgres/unprivileged.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'scenor-test-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

test('in a folder closed to others the account that runs Postgres can see and run what is there, and we stay its only owner', () => {
  chmodSync(root, 0o700)
  mkdirSync(join(root, 'own'))
  mkdirSync(join(root, 'bin'))
  writeFileSync(join(root, 'bin', 'program'), '#!/bin/sh\nid -u\n')
  chmodSync(join(root, 'bin', 'program'), 0o755)
  const account = unprivilegedAccount(join(root, 'own'), [join(root, 'bin')])
  const script = `test -x ${root}/bin/program && touch ${root}/own/made && ${root}/bin/program`
  const ids = account && account.prefix.length === 0 ? { uid: account.uid, gid: account.gid } : {}
  const [command = 'sh', ...args] = [...(account?.prefix ?? []), 'sh', '-c', script]
  const uid = Number(execFileSync(command, args, { encoding: 'utf8', cwd: root, ...ids }))
  expect(uid).not.toBe(0)
  expect(uid).toBe(statSync(join(root, 'own', 'made')).uid)
  expect(statSync(root).mode & 0o777).toBe(0o700)
})
