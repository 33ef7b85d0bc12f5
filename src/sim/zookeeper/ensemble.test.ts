// Servers on the real engine: elections, failures, restarts, other sizes than three.
import { describe, expect, it } from 'vitest'
import { Ensemble } from '../../../test/support/zookeeper-ensemble.ts'
import type { ElectMessage, QuorumMessage } from './protocol/index.ts'
import { zkCommitted, zkNode, zkPeer } from './queries.ts'

const node = (path: string, data: string | null = 'x') => ({ op: 'create', path, data, ephemeral: false, sequential: false }) as const
/** A server announces its own name, as it would without 0.0.0.0. */
const NAMED = { announce: 'name' }

describe('three servers started one after the other', () => {
  const e = new Ensemble().up().run(3)

  it('are led by the second; the third does not pre-empt', () => {
    expect(e.roles()).toBe('FOLLOWING LEADING FOLLOWING')
    expect(e.trace('zk.leading').map((one) => one.subject)).toEqual(['zoo2'])
    expect(zkPeer(e.server('zoo2')!)).toMatchObject({
      role: 'LEADING',
      currentEpoch: 1,
      acceptedEpoch: 1,
      followers: [3, 1],
      commits: true,
      value: { LEADING: 'broadcast' },
    })
    expect(zkPeer(e.server('zoo3')!)).toMatchObject({ role: 'FOLLOWING', leader: 2, round: 1 })
  })
  it('say what the real ones say', () => {
    const between = (from: string, to: string) =>
      e.packets
        .filter((p) => p.from === from && p.to === to && p.message.proto === 'quorum')
        .map((p) => `${p.message.kind} ${(p.message as QuorumMessage).zxid}`)
        .filter((line) => !line.startsWith('PING'))
    expect(between('zoo2', 'zoo3')).toEqual(['LEADERINFO 4294967296', 'DIFF 0', 'NEWLEADER 4294967296', 'UPTODATE -1'])
    expect(between('zoo2', 'zoo1')).toEqual([
      'LEADERINFO 4294967296',
      'SNAP 4294967296',
      'snapshot 4294967296',
      'NEWLEADER 4294967296',
      'UPTODATE -1',
    ])
    expect(between('zoo1', 'zoo2')).toEqual(['FOLLOWERINFO 0', 'ACKEPOCH 0', 'ACK 4294967296', 'ACK 4294967296'])
    expect(e.packets.find((p) => p.message.kind === 'snapshot')!.bytes).toBe(568)
    const votes = e.packets.filter((p) => p.message.proto === 'elect').map((p) => p.message as ElectMessage)
    expect(votes.some((m) => m.kind === 'hello' && m.sid === 2 && m.address === '0.0.0.0:3888')).toBe(true)
  })
  it('only ping at rest, once a second to each follower and back', () => {
    const from = e.packets.length
    e.run(10)
    const seen = e.packets.slice(from).map((p) => `${p.from} ${p.to} ${p.message.kind} ${p.bytes}`)
    expect(seen).toHaveLength(40)
    expect(new Set(seen)).toEqual(new Set(['zoo2 zoo1 PING 20', 'zoo2 zoo3 PING 20', 'zoo1 zoo2 PING 20', 'zoo3 zoo2 PING 20']))
  })
  it('log as the real ones do', () => {
    const log = e.console('zoo1')
    expect(log.slice(0, 3)).toEqual([
      'ZooKeeper JMX enabled by default',
      'Using config: /conf/zoo.cfg',
      'Reading configuration from: /conf/zoo.cfg',
    ])
    expect(log).toContain('New election. My id =  1, proposed zxid=0x0')
    expect(
      log.some((line) =>
        /^Unexpected exception, tries=0, remaining init limit=(9999|10000), connecting to zoo2\/172\.18\.0\.3:2888\njava\.net\.ConnectException/.test(
          line,
        ),
      ),
    ).toBe(true)
    expect(log).toContain('Getting a snapshot from leader 0x100000000')
    expect(e.console('zoo2')).toContain(
      'Have quorum of supporters, sids: [ [2, 3],[2, 3] ]; starting up and setting last processed zxid: 0x100000000',
    )
  })
  it('write what the real ones write to disk', () => {
    const files = (host: string) => [...e.engine.world.hosts[host]!.disk].map(([path, file]) => `${path} ${file.size}`).sort()
    expect(files('zoo3').filter((line) => !line.startsWith('/conf/zoo.cfg '))).toEqual([
      '/conf/zoo.cfg.dynamic.next 167',
      '/data/myid 2',
      '/data/version-2/acceptedEpoch 1',
      '/data/version-2/currentEpoch 1',
      '/data/version-2/snapshot.0 583',
    ])
    expect(files('zoo1')).toContain('/data/version-2/snapshot.100000000 583')
    e.probe().open('zoo1')
    expect(files('zoo1')).toContain('/datalog/version-2/log.100000001 67108880')
  })
})

describe('the leader is killed', () => {
  it('and another serves after the second try of its follower', () => {
    const times = [1, 2, 3, 4, 5].map((seed) => {
      const e = new Ensemble(undefined, seed, NAMED).up().run(3)
      const c = e.probe().open('zoo3')
      expect(c.ask(node('/a')).err).toBe(0)
      e.order('zoo2', 'kill')
      e.until(() => e.server('zoo2') === undefined, 1)
      const took = e.until(() => e.leader() === 'zoo3' && e.role('zoo1') === 'FOLLOWING')
      // The session lives on; the new epoch writes.
      c.open('zoo1', 6000, 0)
      expect(c.last).toMatchObject({ kind: 'connected', timeoutMs: 6000 })
      expect(c.ask(node('/b')).zxid).toBe(2 * 4294967296 + 1)
      expect(e.trace('session.moved')).toHaveLength(1)
      return took
    })
    // Now and then a vote comes while the other does not look yet, and is told again only after a time-out.
    for (const took of times) {
      expect(took).toBeGreaterThan(1.2)
      expect(took).toBeLessThan(1.8)
    }
    expect(times.sort((a, b) => a - b)[2]).toBeLessThan(1.45)
    expect(new Set(times).size).toBeGreaterThan(1)
  })

  it('with 0.0.0.0 in its list the new leader is never the one that the old list names: it serves, and commits nothing', () => {
    const e = new Ensemble().up().run(3)
    const c = e.probe().open('zoo3', 20_000)
    e.order('zoo2', 'kill')
    e.run(3)
    expect(e.roles()).toBe('FOLLOWING down LEADING')
    expect(zkPeer(e.server('zoo3')!).commits).toBe(false)
    c.open('zoo3', 20_000)
    expect(c.last).toMatchObject({ kind: 'connected', timeoutMs: 20_000 })
    c.send(node('/never')).send({ op: 'exists', path: '/', watch: false })
    e.run(2)
    expect(c.last).toMatchObject({ kind: 'connected' })
    // A server started anew has taken over nobody's list.
    e.order('zoo1', 'kill')
    e.order('zoo3', 'kill')
    e.run(1)
    e.up(['zoo1', 'zoo3']).run(4)
    expect(e.leader()).toBe('zoo3')
    expect(zkPeer(e.server('zoo3')!).commits).toBe(true)
  })
})

describe('the quorum is lost', () => {
  const e = new Ensemble(undefined, 3).up().run(3)
  const c = e.probe().open('zoo2', 10_000)
  it('the leader notices within two seconds, closes its clients, answers that it does not serve', () => {
    e.order('zoo1', 'kill')
    e.run(0.5)
    expect(e.roles()).toBe('down LEADING FOLLOWING')
    e.order('zoo3', 'kill')
    e.until(() => e.server('zoo3') === undefined, 1)
    const took = e.until(() => e.role('zoo2') === 'LOOKING…')
    expect(took).toBeLessThan(2.1)
    expect(c.last).toEqual({ proto: 'closed' })
    expect(e.trace('zk.quorum-lost').at(-1)).toMatchObject({ subject: 'zoo2', silence: { from: 'zoo3', to: 'zoo2' } })
    expect(e.console('zoo2').some((line) => line.includes('Not sufficient followers synced, only synced with sids: [ [2],[2] ]'))).toBe(
      true,
    )
    const word = e.probe().connect('zoo2').text('srvr\n')
    e.run(0.1)
    expect(word.heard[0]).toMatchObject({ text: 'This ZooKeeper instance is not currently serving requests\n' })
    const client = e.probe().open('zoo2')
    expect(client.heard).toEqual([{ proto: 'closed' }])
  })
  it('sessions outlive it and come back with a full timeout', () => {
    e.run(20)
    e.up(['zoo3'])
    e.until(() => e.leader() !== undefined && e.role('zoo3') !== 'LOOKING…', 20)
    c.open(e.leader()!, 10_000)
    expect(c.last).toMatchObject({ kind: 'connected', timeoutMs: 10_000, sessionId: c.session })
    expect(c.ask(node('/back')).err).toBe(0)
  })
  it('a server that comes late with a smaller id never gets in', () => {
    e.up(['zoo1'])
    e.run(30)
    expect(e.role('zoo1')).toBe('LOOKING…')
    expect(
      e
        .console('zoo1')
        .filter((line) => line.startsWith('Notification time out'))
        .map((line) => Number(line.split(' ').at(-1)))
        .slice(-7),
    ).toEqual([400, 800, 1600, 3200, 6400, 12800, 25600])
    expect(e.console('zoo1').some((line) => line.startsWith('Have smaller server identifier, so dropping the connection: (3, 1)'))).toBe(
      true,
    )
    // Until a peer looks for a leader too.
    e.order('zoo3', 'kill')
    e.until(() => e.role('zoo1') !== 'LOOKING…', 30)
    e.run(3)
    expect(e.roles()).toMatch(/^(FOLLOWING LEADING|LEADING FOLLOWING) down$/)
  })
})

describe('all are killed', () => {
  it('and come back with exactly what they acknowledged', () => {
    const e = new Ensemble(undefined, 5, NAMED).up().run(3)
    const c = e.probe().open('zoo1', 40_000)
    for (let i = 0; i < 20; i++) expect(c.ask(node(`/n${i}`, `data ${i}`)).err).toBe(0)
    expect(c.ask({ op: 'create', path: '/mine', data: null, ephemeral: true, sequential: false }).err).toBe(0)
    expect(c.ask({ op: 'setData', path: '/n3', data: 'changed', version: 0 }).err).toBe(0)
    expect(c.ask({ op: 'delete', path: '/n4', version: -1 }).err).toBe(0)
    const before = zkNode(e.server('zoo1')!, '/n3')
    const zxid = e.server('zoo1')!.tree.lastZxid
    for (const name of e.names) e.order(name, 'kill')
    e.run(1)
    expect(e.roles()).toBe('down down down')
    e.up().run(5)
    expect(e.leader()).toBeDefined()
    for (const name of e.names) {
      const s = e.server(name)!
      expect(zkNode(s, '/n3')).toEqual(before)
      expect(zkNode(s, '/n4')).toBeUndefined()
      expect(zkNode(s, '/mine')!.stat.ephemeralOwner).toBe(c.session)
      expect(zkCommitted(s).filter((one) => one.zxid <= zxid).length).toBeGreaterThan(0)
    }
    // The session too: its client comes back, or it expires.
    c.open('zoo2', 40_000, zxid)
    expect(c.last).toMatchObject({ kind: 'connected', sessionId: c.session, timeoutMs: 40_000 })
    expect(zkPeer(e.server(e.leader()!)!).currentEpoch).toBe(2)
  })

  it('what only the dead leader had is cut off when it returns', () => {
    const e = new Ensemble(undefined, 8, NAMED).up().run(3)
    const c = e.probe().open('zoo2', 40_000)
    expect(c.ask(node('/kept')).err).toBe(0)
    // zoo2 is cut off from its followers: what it logs now, nobody else has.
    for (const other of ['zoo1', 'zoo3']) e.cut('zoo2', other, true)
    c.send(node('/lost'))
    const alone = e.until(() => e.role('zoo2') === 'LOOKING…', 8)
    expect(alone).toBeGreaterThan(4)
    expect(alone).toBeLessThan(6.2)
    expect(e.server('zoo2')!.tree.nodes.has('/lost')).toBe(true)
    e.until(() => e.role('zoo3') === 'LEADING' && e.role('zoo1') === 'FOLLOWING', 10)
    expect(e.probe().open('zoo1').ask(node('/new')).err).toBe(0)
    for (const other of ['zoo1', 'zoo3']) e.cut('zoo2', other, false)
    e.order('zoo2', 'kill')
    e.run(1)
    e.up(['zoo2'])
    e.until(() => e.role('zoo2') === 'FOLLOWING', 20)
    e.run(1)
    expect([...e.server('zoo2')!.tree.nodes.get('/')!.children!.names].map(([name]) => name).sort()).toEqual(['kept', 'new', 'zookeeper'])
    expect(e.server('zoo2')!.tree.lastZxid).toBe(e.server('zoo3')!.tree.lastZxid)
  })
})

describe('other ensembles', () => {
  it('of five survive two deaths and not three', () => {
    const names = ['alpha', 'beta', 'gamma', 'delta', 'eps']
    const e = new Ensemble(names, 2, NAMED).up(names, 0.3).run(5)
    expect(e.leader()).toBeDefined()
    expect(names.every((name) => ['LEADING', 'FOLLOWING'].includes(e.role(name)))).toBe(true)
    const first = e.leader()!
    e.order(first, 'kill')
    e.run(4)
    const second = e.leader()!
    expect(second).not.toBe(first)
    const c = e.probe().open(second)
    expect(c.ask(node('/a')).err).toBe(0)
    const follower = names.find((name) => e.role(name) === 'FOLLOWING')!
    e.order(follower, 'kill')
    e.run(3)
    expect(c.ask(node('/b')).err).toBe(0)
    e.order(
      names.find((name) => e.role(name) === 'FOLLOWING')!,
      'kill',
    )
    e.run(4)
    expect(e.leader()).toBeUndefined()
  })
  it('of one is its own quorum', () => {
    const e = new Ensemble(['solo']).up().run(2)
    expect(e.roles()).toBe('LEADING')
    expect(e.probe().open('solo').ask(node('/a')).err).toBe(0)
  })
  it('started at once are led by the last', () => {
    const e = new Ensemble(undefined, 4).up(undefined, 0).run(8)
    expect(e.leader()).toBeDefined()
  })
})

it('runs the same plainly, in slices of history, and as an Immer draft', () => {
  const play = (mode: 'plain' | 'history', slices: number, grain?: 'immer') => {
    const e = new Ensemble(undefined, 6, NAMED, mode)
    if (grain) Object.assign(e.engine.options, { grain })
    e.up()
    for (let i = 0; i < slices; i++) e.run(3 / slices).engine.checkpoint()
    const c = e.probe().open('zoo1', 20_000)
    e.engine.checkpoint()
    c.ask({ ...node('/a'), ephemeral: true })
    c.ask({ op: 'multi', ops: [node('/m'), { op: 'check', path: '/no', version: 1 }] })
    c.ask({ op: 'getData', path: '/a', watch: true })
    e.engine.checkpoint()
    c.ask({ op: 'getACL', path: '/a' })
    e.order('zoo2', 'kill')
    for (let i = 0; i < slices; i++) e.run(4 / slices).engine.checkpoint()
    c.open('zoo3', 20_000)
    c.ask({ op: 'setData', path: '/a', data: 'y', version: -1 })
    return `${e.engine.world.handled} ${e.roles()} ${e.names.map((name) => e.server(name)?.tree.lastZxid)} ${JSON.stringify(c.heard)}`
  }
  const plain = play('plain', 1)
  expect(plain).toContain('LEADING')
  expect(play('history', 7)).toBe(plain)
  expect(play('history', 3, 'immer')).toBe(plain)
})
