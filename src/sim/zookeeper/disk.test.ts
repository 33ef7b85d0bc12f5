// File sizes and texts.
import { describe, expect, it } from 'vitest'
import { configHost, configText, configVersion, readConf } from './conf.ts'
import { paddedSize } from './disk.ts'
import { makeZxid, txnBytes, logEntryBytes } from './protocol/index.ts'
import { bucketEnd } from './server/sessions.ts'

const KB = 1024

describe('a log file', () => {
  it('is padded as the real one (FileTxnLogTest)', () => {
    const f = (position: number, size: number, step: number) => paddedSize(position * KB, size * KB, step * KB) / KB
    expect(f(7, 10, 0)).toBe(10)
    expect(paddedSize(7 * KB, 10 * KB, -1)).toBe(10 * KB)
    expect(f(5, 10, 10)).toBe(10)
    expect(f(7, 10, 10)).toBe(20)
    expect(f(31, 10, 10)).toBe(40)
    expect(paddedSize(16, 16, 67_108_864)).toBe(67_108_880)
  })
  it('holds transactions of the sizes that servers report', () => {
    const base = { session: '1', xid: 0, zxid: makeZxid(1, 1), timeMs: 0 }
    expect(txnBytes({ ...base, body: { op: 'closeSession' } })).toBe(32)
    expect(txnBytes({ ...base, body: { op: 'createSession', timeoutMs: 6000, client: 'kafka1' } })).toBe(36)
    expect(logEntryBytes({ ...base, body: { op: 'closeSession' } })).toBe(45)
  })
})

describe('the list of servers', () => {
  const servers = [1, 2, 3].map((id) => ({ id, host: `zoo${id}` }))
  it('is 156 bytes of names, 159 with the own one as 0.0.0.0', () => {
    expect(configText(readConf({ myid: 1, servers, announce: 'zoo1' }))).toHaveLength(156)
    const text = configText(readConf({ myid: 2, servers }), makeZxid(1, 0))
    expect(text.split('\n')).toEqual([
      'server.1=zoo1:2888:3888:participant;0.0.0.0:2181',
      'server.2=0.0.0.0:2888:3888:participant;0.0.0.0:2181',
      'server.3=zoo3:2888:3888:participant;0.0.0.0:2181',
      'version=100000000',
    ])
    expect(configVersion(text)).toBe(makeZxid(1, 0))
    expect(configHost(text, 2)).toBe('0.0.0.0')
    expect(configHost(text, 3)).toBe('zoo3')
    expect(configText(readConf({ myid: 2, servers }))).toHaveLength(159)
  })
})

describe('a bucket', () => {
  it('ends more than the timeout and at most a tick later', () => {
    for (const t of [0, 1, 999, 1999, 2000, 12345]) {
      const wait = bucketEnd(t, 6000, 2000) - t
      expect(wait).toBeGreaterThan(6000)
      expect(wait).toBeLessThanOrEqual(8000)
    }
  })
})
