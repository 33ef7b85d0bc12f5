import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { List, seconds, us, type TraceEntry } from '../../sim/index.ts'
import { knownCodes, say, weightOf } from './say.ts'

const root = { root: 'scenario', action: -1, label: '', at: us(0) } as const
const entry = (code: string, subject: string, host: string, fields: TraceEntry['fields'] = {}, id = 0): TraceEntry => ({
  id,
  at: seconds(1),
  code,
  subject,
  fields,
  host,
  pid: 0,
  cause: root,
  silence: undefined,
})

describe('what entries are called', () => {
  test('sentences for what the failover is made of', () => {
    const silence = { from: 'kafka2', pid: 0, to: 'zoo3', lastHeardAt: seconds(30) }
    const expired = { ...entry('session.expired', '0x200', 'zoo2', { session: '0x200' }), silence }
    expect(say(expired)).toBe('zoo2 (leader) expired session 0x200 of kafka2')
    expect(say(entry('controller.elected', 'broker 1', 'kafka1', { epoch: 2 }))).toBe('kafka1 became controller, epoch 2')
    expect(say(entry('link.changed', 'kafka1 zoo1', 'host', { cut: false, slow: 3, lossPerMille: 25 }))).toBe(
      'The link between kafka1 and zoo1 is 3 times slower and loses 2.5 % of packets',
    )
    expect(say(entry('container.ended', 'kafka2', 'kafka2', { code: 137, signal: 'SIGKILL' }))).toBe('kafka2 was killed (SIGKILL)')
  })
  test('whose a session was is found in the trace', () => {
    const trace = List.of([entry('session.created', '0x1', 'zoo2', { client: 'kafka1' }, 0), entry('session.closed', '0x1', 'zoo2', {}, 1)])
    expect(say(trace.at(1)!, trace)).toBe('Session 0x1 of kafka1 was closed')
    expect(say(trace.at(1)!)).toBe('Session 0x1 was closed')
  })
  test('the znodes on which the cluster turns weigh more', () => {
    expect(weightOf(entry('znode.deleted', '/kafka/brokers/ids/2', 'zoo1'))).toBe(2)
    expect(weightOf(entry('znode.created', '/kafka/brokers', 'zoo1'))).toBe(1)
  })
  test('a code without words is still said', () => {
    expect(say(entry('broker.dreamt', 'broker 1', 'kafka1', { of: 'sheep' }))).toBe('kafka1: broker dreamt broker 1 (of sheep)')
  })
  test('every code that the simulation notes has words here', () => {
    const sources = readdirSync('src/sim', { recursive: true, encoding: 'utf8' }).filter(
      (f) => f.endsWith('.ts') && !/test|fake|fixture/.test(f),
    )
    const noted = new Set<string>()
    for (const file of sources) {
      const text = readFileSync(join('src/sim', file), 'utf8')
      for (const [, code] of text.matchAll(/\.note(?:For)?\(\s*(?:[\w.]+,\s*){0,3}'([a-z-]+\.[a-z-]+)'/g)) noted.add(code!)
      for (const [, code] of text.matchAll(/\bnote\(ctx, zk, '([a-z]+\.[a-z-]+)'/g)) noted.add(code!)
    }
    expect(noted.size).toBeGreaterThan(20)
    expect([...noted].filter((code) => !knownCodes.includes(code))).toEqual([])
  })
})
