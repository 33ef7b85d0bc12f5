// Clients of an ensemble: sessions, watches, operations, four-letter words, on the real engine.
import { beforeAll, describe, expect, it } from 'vitest'
import { Ensemble, type ProbeHandle } from '../../../test/support/zookeeper-ensemble.ts'
import { ERR, makeZxid, type OpReply, type ZkOp } from './protocol/index.ts'
import { zkNodes, zkSessions, zkWatches } from './queries.ts'

const create = (path: string, data: string | null = 'x', flags: { ephemeral?: boolean; sequential?: boolean } = {}): ZkOp => ({
  op: 'create',
  path,
  data,
  ephemeral: flags.ephemeral ?? false,
  sequential: flags.sequential ?? false,
})
const read = (op: 'exists' | 'getData' | 'getChildren2', path: string, watch = false): ZkOp => ({ op, path, watch })
const fresh = (seed = 1, config: Record<string, unknown> = {}) => new Ensemble(undefined, seed, { announce: 'name', ...config }).up().run(3)

describe('a session', () => {
  it('has an id that tells where it was made, a password, and a timeout within bounds', () => {
    const e = fresh()
    const [a, b, c] = ['zoo1', 'zoo3', 'zoo1'].map((name) => e.probe().open(name, 1000)) as [ProbeHandle, ProbeHandle, ProbeHandle]
    expect(a.session).toMatch(/^1[0-9a-f]{10}0000$/)
    expect(b.session).toMatch(/^3[0-9a-f]{10}0000$/)
    expect(c.session).toBe(a.session.slice(0, -1) + '1')
    expect(a.last).toMatchObject({ timeoutMs: 4000 })
    expect(e.probe().open('zoo2', 90_000).last).toMatchObject({ timeoutMs: 40_000 })
    expect(new Set([a, b, c].map((one) => one.password)).size).toBe(3)
    expect(e.trace('session.created').map((one) => one.fields.server)).toEqual(['zoo1', 'zoo3', 'zoo1', 'zoo2'])
    expect(e.trace('session.created')[0]!.fields).toMatchObject({ client: 'client', timeoutMs: 4000, zxid: '0x100000001' })
  })

  it('expires within a tick after its timeout, its ephemerals with it, and says who was silent', () => {
    for (const seed of [1, 2, 3]) {
      const e = fresh(seed)
      e.run(seed * 0.37)
      const c = e.probe().open('zoo1', 6000)
      c.ask(create('/mine', null, { ephemeral: true }))
      const heardAt = e.now
      c.close()
      e.until(() => !e.server('zoo3')!.tree.nodes.has('/mine'), 20)
      const took = e.now - heardAt
      expect(took).toBeGreaterThan(5.8)
      expect(took).toBeLessThan(9.2)
      const [expired] = e.trace('session.expired')
      expect(expired).toMatchObject({ subject: `0x${c.session}`, silence: { from: 'client', to: 'zoo1', pid: 0 } })
      expect((expired!.silence as { lastHeardAt: number }).lastHeardAt / 1e6).toBeLessThan(heardAt)
      expect(expired!.at - (expired!.silence as { lastHeardAt: number }).lastHeardAt / 1e6).toBeGreaterThan(6)
      expect(e.trace('session.closed')[0]!.fields).toMatchObject({ expired: true })
      expect(e.trace('znode.deleted').map((one) => one.subject)).toEqual(['/mine'])
      for (const name of e.names) expect(e.server(name)!.sessions.size).toBe(0)
      expect(c.open('zoo2').last).toEqual({ proto: 'closed' })
      expect(c.heard.at(-2)).toMatchObject({ kind: 'connected', timeoutMs: 0, sessionId: '0' })
    }
  })

  it('is kept by pings on a follower', () => {
    const e = fresh()
    const c = e.probe().open('zoo3', 4000)
    for (let i = 0; i < 10; i++) {
      c.send({ op: 'ping' })
      e.run(1.9)
    }
    expect(e.trace('session.expired')).toEqual([])
    expect(c.last).toMatchObject({ of: 'ping', xid: -2, zxid: makeZxid(1, 1) })
    const touched = e.packets.filter((p) => p.message.kind === 'PING' && p.bytes === 32)
    expect(touched.length).toBeGreaterThan(8)
    e.run(10)
    expect(e.trace('session.expired')).toHaveLength(1)
  })

  it('that is closed is gone at once, answered and cut off', () => {
    const e = fresh()
    const c = e.probe().open('zoo1')
    c.ask(create('/mine', null, { ephemeral: true }))
    expect(c.ask({ op: 'closeSession' })).toMatchObject({ err: 0, of: 'closeSession' })
    expect(c.last).toEqual({ proto: 'closed' })
    expect(e.server('zoo2')!.tree.nodes.has('/mine')).toBe(false)
    expect(e.trace('session.closed')[0]!.fields).toMatchObject({ expired: false })
    expect(zkSessions(e.server('zoo2')!)).toEqual([])
  })

  it('moves between servers; its old connection cannot write any more', () => {
    const e = fresh()
    const c = e.probe().open('zoo1')
    c.ask(create('/mine', null, { ephemeral: true }))
    // The same session from another process, through another server; then over the leader.
    for (const server of ['zoo3', 'zoo2']) {
      const other = e.probe()
      Object.assign(other, { session: c.session, password: c.password })
      other.open(server)
      expect(other.last).toMatchObject({ kind: 'connected', sessionId: c.session, timeoutMs: 6000 })
      expect(other.ask(create(`/by-${server}`)).err).toBe(0)
    }
    c.send(create('/late'))
    e.run(0.2)
    expect(c.last).toEqual({ proto: 'closed' })
    expect(e.server('zoo2')!.tree.nodes.has('/late')).toBe(false)
    expect(e.trace('session.moved').map((one) => one.fields)).toMatchObject([
      { from: 'zoo1', to: 'zoo3' },
      { from: 'zoo3', to: 'zoo2' },
    ])
    expect(zkSessions(e.server('zoo2')!)[0]).toMatchObject({ client: 'client', ephemerals: ['/mine'], heardBy: 'zoo2', value: 'open' })
  })

  it('is not given to who does not know its password, nor to who has seen more than the server', () => {
    const e = fresh()
    const c = e.probe().open('zoo1')
    const thief = e.probe()
    Object.assign(thief, { session: c.session, password: '0'.repeat(32) })
    thief.open('zoo1')
    expect(thief.heard).toMatchObject([{ timeoutMs: 0 }, { proto: 'closed' }])
    const ahead = e.probe().open('zoo1', 6000, makeZxid(7, 0))
    expect(ahead.heard).toEqual([{ proto: 'closed' }])
    expect(
      e
        .console('zoo1')
        .some((line) => line.includes('as it has seen zxid 0x700000000 our last zxid is 0x100000001 client must try another server')),
    ).toBe(true)
  })
})

describe('operations', () => {
  let e: Ensemble
  let c: ProbeHandle
  beforeAll(() => {
    e = fresh()
    c = e.probe().open('zoo1', 40_000)
  })

  it('fail as the real ones do, each using up a zxid', () => {
    const from = c.ask(create('/a')).zxid
    const cases: [ZkOp, number][] = [
      [create('/a'), ERR.nodeExists],
      [create('/no/such'), ERR.noNode],
      [create('/a/'), ERR.badArguments],
      [create('a'), ERR.badArguments],
      [{ op: 'setData', path: '/a', data: 'y', version: 7 }, ERR.badVersion],
      [{ op: 'setData', path: '/no', data: 'y', version: -1 }, ERR.noNode],
      [{ op: 'delete', path: '/no', version: -1 }, ERR.noNode],
      [{ op: 'delete', path: '/', version: -1 }, ERR.badArguments],
      [{ op: 'delete', path: '/zookeeper/quota', version: -1 }, ERR.badArguments],
      [{ op: 'delete', path: '/zookeeper', version: -1 }, ERR.badArguments],
      [{ op: 'reconfig' }, ERR.reconfigDisabled],
    ]
    cases.forEach(([op, err], i) => {
      expect(c.ask(op)).toMatchObject({ err, zxid: from + i + 1 })
    })
    c.ask(create('/a/b'))
    expect(c.ask({ op: 'delete', path: '/a', version: -1 }).err).toBe(ERR.notEmpty)
    c.ask(create('/eph', null, { ephemeral: true }))
    expect(c.ask(create('/eph/x')).err).toBe(ERR.noChildrenForEphemerals)
    expect(c.ask(read('getData', '/no')).err).toBe(ERR.noNode)
    expect(c.ask({ op: 'sync', path: '/' })).toMatchObject({ err: 0, result: { path: '/' } })
    expect(c.ask({ op: 'check', path: '/a', version: 0 }).err).toBe(0)
  })
  it('number sequential nodes by all children ever created', () => {
    c.ask(create('/q', null))
    const names = [0, 1, 2].map(() => c.ask(create('/q/n-', 'x', { sequential: true })).result!.path)
    expect(names).toEqual(['/q/n-0000000000', '/q/n-0000000001', '/q/n-0000000002'])
    c.ask({ op: 'delete', path: '/q/n-0000000002', version: -1 })
    c.ask(create('/q/plain'))
    expect(c.ask(create('/q/', 'x', { sequential: true })).result!.path).toBe('/q/0000000004')
    expect(c.ask(read('exists', '/q')).result!.stat).toMatchObject({ cversion: 6, numChildren: 4 })
  })
  it('of a multi see each other, and are undone together', () => {
    const done = c.ask({
      op: 'multi',
      ops: [
        create('/m', '1'),
        { op: 'setData', path: '/m', data: '2', version: 0 },
        create('/m/kid'),
        { op: 'check', path: '/m', version: 1 },
      ],
    })
    expect(done.result!.results!.map((one) => [one.op, one.err])).toEqual([
      ['create', 0],
      ['setData', 0],
      ['create', 0],
      ['check', 0],
    ])
    expect(done.result!.results![1]!.stat).toMatchObject({ version: 1 })
    const failed = c.ask({ op: 'multi', ops: [create('/m2'), { op: 'check', path: '/m', version: 9 }, create('/m3')] })
    expect(failed.err).toBe(0)
    expect(failed.result!.results!.map((one) => one.err)).toEqual([0, ERR.badVersion, ERR.runtimeInconsistency])
    expect(c.ask(read('exists', '/m2')).err).toBe(ERR.noNode)
    // Nothing of the failed one is left in the leader's mind.
    expect(c.ask(create('/m2')).err).toBe(0)
  })
  it('sent together are judged one after the other, before any is applied', () => {
    c.send(create('/p'))
      .send(create('/p/1'))
      .send({ op: 'delete', path: '/p', version: -1 })
      .send({ op: 'delete', path: '/p/1', version: -1 })
      .send({ op: 'delete', path: '/p', version: -1 })
    const before = c.heard.length
    e.run(0.3)
    const errs = c.heard.slice(before).map((one) => (one as OpReply).err)
    expect(errs).toEqual([0, 0, ERR.notEmpty, 0, 0])
  })
  it('obey access lists', () => {
    const acl = [{ perms: 1, scheme: 'world', id: 'anyone' }]
    expect(c.ask({ op: 'create', path: '/ro', data: 'x', ephemeral: false, sequential: false, acl }).err).toBe(0)
    expect(c.ask({ op: 'setData', path: '/ro', data: 'y', version: -1 }).err).toBe(ERR.noAuth)
    expect(c.ask(create('/ro/kid')).err).toBe(ERR.noAuth)
    expect(c.ask({ op: 'auth', scheme: 'digest', id: 'u:p' })).toMatchObject({ of: 'auth', err: 0 })
    expect(
      c.ask({ op: 'create', path: '/own', data: 'x', ephemeral: false, sequential: false, acl: [{ perms: 31, scheme: 'auth', id: '' }] })
        .err,
    ).toBe(0)
    expect(e.probe().open('zoo2').ask(read('getData', '/own')).err).toBe(ERR.noAuth)
    expect(c.ask({ op: 'getACL', path: '/own' }).result!.acl).toMatchObject([{ perms: 31, scheme: 'digest' }])
    expect(
      c.ask({ op: 'setACL', path: '/own', acl: [{ perms: 31, scheme: 'world', id: 'anyone' }], version: -1 }).result!.stat,
    ).toMatchObject({ aversion: 1 })
    expect(
      c.ask({ op: 'create', path: '/bad', data: 'x', ephemeral: false, sequential: false, acl: [{ perms: 1, scheme: 'nonsense', id: '' }] })
        .err,
    ).toBe(ERR.invalidAcl)
  })
  it('leave all servers alike', () => {
    e.run(1)
    const tree = (name: string) =>
      [...zkNodes(e.server(name)!)]
        .filter((one) => one.path !== '/zookeeper/config')
        .map((one) => `${one.path} ${one.data} ${JSON.stringify(one.stat)}`)
    expect(tree('zoo1')).toEqual(tree('zoo2'))
    expect(tree('zoo3')).toEqual(tree('zoo2'))
  })
})

describe('watches', () => {
  it('fire once, before the answer of the write that fires them, and on every server', () => {
    const e = fresh()
    const [a, b] = [e.probe().open('zoo1'), e.probe().open('zoo3')] as [ProbeHandle, ProbeHandle]
    a.ask(create('/w'))
    a.ask(read('exists', '/w/x', true))
    a.ask(read('getChildren2', '/w', true))
    b.ask(read('getData', '/w', true))
    b.ask(read('getChildren2', '/w', true))
    expect(zkWatches(e.server('zoo1')!, '/w')).toMatchObject([{ kind: 'child', session: a.session, host: 'client' }])
    const from = a.heard.length
    a.ask(create('/w/x'))
    expect(a.heard.slice(from).map((one) => ('type' in one ? one.type : 'of' in one ? one.of : ''))).toEqual([
      'NodeCreated',
      'NodeChildrenChanged',
      'create',
    ])
    expect(b.watches).toEqual(['NodeChildrenChanged /w'])
    a.ask({ op: 'setData', path: '/w', data: 'y', version: -1 })
    a.ask({ op: 'setData', path: '/w', data: 'z', version: -1 })
    expect(b.watches).toEqual(['NodeChildrenChanged /w', 'NodeDataChanged /w'])
    expect(zkWatches(e.server('zoo3')!)).toEqual([])
    // Data and child watch of one node and one connection: its deletion is told once.
    a.ask(read('getData', '/w/x', true))
    a.ask(read('getChildren2', '/w/x', true))
    const seen = a.watches.length
    a.ask({ op: 'delete', path: '/w/x', version: -1 })
    expect(a.watches.slice(seen)).toEqual(['NodeDeleted /w/x'])
  })
  it('are forgotten with the connection, and set again with what was missed', () => {
    const e = fresh()
    const [a, b] = [e.probe().open('zoo1', 20_000), e.probe().open('zoo3')] as [ProbeHandle, ProbeHandle]
    for (const path of ['/data', '/same', '/gone', '/kids']) a.ask(create(path))
    const zxid = a.ask(read('exists', '/new', true)).zxid
    a.close()
    e.run(0.1)
    expect(zkWatches(e.server('zoo1')!)).toEqual([])
    b.ask({ op: 'setData', path: '/data', data: 'y', version: -1 })
    b.ask({ op: 'delete', path: '/gone', version: -1 })
    b.ask(create('/new'))
    b.ask(create('/kids/k'))
    a.open('zoo2', 20_000, zxid)
    const from = a.heard.length
    a.ask({ op: 'setWatches', relativeZxid: zxid, data: ['/data', '/same', '/gone'], exist: ['/new', '/never'], child: ['/kids', '/same'] })
    expect(a.heard.slice(from).map((one) => ('type' in one ? `${one.type} ${one.path}` : 'answer'))).toEqual([
      'NodeDataChanged /data',
      'NodeDeleted /gone',
      'NodeCreated /new',
      'NodeChildrenChanged /kids',
      'answer',
    ])
    expect(zkWatches(e.server('zoo2')!).map((one) => `${one.kind} ${one.path}`)).toEqual(['data /never', 'data /same', 'child /same'])
  })
})

describe('a write without a quorum', () => {
  it('freezes its server: reads and pings of all clients wait behind it', () => {
    const e = fresh(2)
    const [a, b] = [e.probe().open('zoo2'), e.probe().open('zoo2')] as [ProbeHandle, ProbeHandle]
    // Their words do not get through, but nothing is closed.
    for (const other of ['zoo1', 'zoo3']) e.cut('zoo2', other, true)
    expect(b.ask(read('exists', '/'))).toMatchObject({ err: 0 })
    a.send(create('/stuck'))
    e.run(0.2)
    b.send(read('exists', '/')).send({ op: 'ping' })
    const heard = b.heard.length
    e.run(1)
    expect(b.heard).toHaveLength(heard)
    e.until(() => e.role('zoo2') === 'LOOKING…', 8)
    expect(b.last).toEqual({ proto: 'closed' })
  })
})

describe('four-letter words', () => {
  const words = (e: Ensemble, host: string, word: string): string => {
    const c = e.probe().connect(host).text(word)
    e.run(0.1)
    const answer = c.heard[0]
    expect(c.last).toEqual({ proto: 'closed' })
    return answer && 'text' in answer ? answer.text : ''
  }
  it('are let through by the whitelist alone', () => {
    const e = fresh()
    expect(words(e, 'zoo1', 'ruok')).toBe('ruok is not executed because it is not in the whitelist.\n')
    expect(words(e, 'zoo1', 'srvr\n')).toBe(
      'Zookeeper version: 3.5.5-390fe37ea45dee01bf87dc1c042b5e3dcce88653, built on 05/03/2019 12:07 GMT\nLatency min/avg/max: 0/0/0\n' +
        'Received: 2\nSent: 1\nConnections: 1\nOutstanding: 0\nZxid: 0x100000000\nMode: follower\nNode count: 5\n',
    )
    expect(words(e, 'zoo2', 'srvr')).toMatch(/Mode: leader\nNode count: 5\nProposal sizes last\/min\/max: -1\/-1\/-1\n$/)
    // A follower that was synchronised by an empty DIFF has not seen the epoch's start.
    expect(words(e, 'zoo3', 'srvr')).toContain('Zxid: 0x0\n')
    expect(words(e, 'zoo1', 'what')).toBe('')
    expect(e.console('zoo1')).toContain(`Exception causing close of session 0x0: Len error ${0x77686174}`)
  })
  it('tell what the real ones tell', () => {
    const e = fresh(1, { whitelist: ['*'] })
    const c = e.probe().open('zoo2', 6000)
    c.ask(create('/e', null, { ephemeral: true }))
    c.ask(read('getData', '/e', true))
    expect(words(e, 'zoo2', 'ruok')).toBe('imok')
    expect(words(e, 'zoo2', 'isro')).toBe('rw')
    expect(words(e, 'zoo2', 'stat')).toMatch(
      /Clients:\n \/172\.18\.0\.5:\d+\[1\]\(queued=0,recved=3,sent=3\)\n \/172\.18\.0\.5:\d+\[0\]\(queued=0,recved=1,sent=0\)\n\nLatency/,
    )
    expect(words(e, 'zoo2', 'cons')).toMatch(
      new RegExp(
        `^ /172\\.18\\.0\\.5:\\d+\\[1\\]\\(queued=0,recved=3,sent=3,sid=0x${c.session},lop=GETD,est=\\d+,to=6000,lcxid=0x2,lzxid=0x100000002,lresp=\\d+,llat=\\d+,minlat=0,avglat=\\d+,maxlat=\\d+\\)\n`,
      ),
    )
    expect(words(e, 'zoo2', 'dump')).toMatch(
      new RegExp(
        `^SessionTracker dump:\nSession Sets \\(\\d\\)/\\(1\\):\n[^]*1 expire at \\w+ \\w+ \\d+ [\\d:]+ UTC 2026:\n\t0x${c.session}\nephemeral nodes dump:\nSessions with Ephemerals \\(1\\):\n0x${c.session}:\n\t/e\nConnections dump:\nConnections Sets`,
      ),
    )
    expect(words(e, 'zoo1', 'dump')).toContain(`Global Sessions(1):\n0x${c.session}\t6000ms\n`)
    expect(words(e, 'zoo2', 'wchs')).toBe('1 connections watching 1 paths\nTotal watches:1\n')
    expect(words(e, 'zoo2', 'wchp')).toBe(`/e\n\t0x${c.session}\n\n`)
    expect(words(e, 'zoo2', 'wchc')).toBe(`0x${c.session}\n\t/e\n\n`)
    const mntr = words(e, 'zoo2', 'mntr')
    expect(mntr.split('\n').map((line) => line.split('\t')[0])).toEqual(
      'version avg_latency max_latency min_latency packets_received packets_sent num_alive_connections outstanding_requests server_state znode_count watch_count ephemerals_count approximate_data_size open_file_descriptor_count max_file_descriptor_count followers synced_followers pending_syncs last_proposal_size max_proposal_size min_proposal_size'
        .split(' ')
        .map((key) => `zk_${key}`)
        .concat(''),
    )
    expect(mntr).toContain('zk_approximate_data_size\t202\n')
    expect(words(e, 'zoo2', 'conf')).toContain(
      'electionPort=3888\nquorumPort=2888\npeerType=0\nmembership: \nserver.1=zoo1:2888:3888:participant;0.0.0.0:2181\n',
    )
    expect(words(e, 'zoo2', 'dirs')).toMatch(/^datadir_size: 67108880\nlogdir_size: \d+\n$/)
    expect(words(e, 'zoo2', 'srst')).toBe('Server stats reset.\n')
    expect(words(e, 'zoo2', 'crst')).toBe('Connection stats reset.\n')
    expect(words(e, 'zoo2', 'envi')).toMatch(/^Environment:\nzookeeper\.version=3\.5\.5/)
  })
})

it('an address may have sixty connections', () => {
  const e = fresh()
  const probes = Array.from({ length: 61 }, () => e.probe().connect('zoo1'))
  e.run(0.1)
  expect(probes.filter((one) => one.last?.proto === 'closed')).toHaveLength(1)
  expect(e.console('zoo1').some((line) => line.includes('Too many connections from /172.18.0.5 - max is 60'))).toBe(true)
  // Without a word they are closed after ten seconds, by tens.
  e.run(20)
  expect(probes.every((one) => one.last?.proto === 'closed')).toBe(true)
})

it('snapshots and logs roll', () => {
  const e = fresh(1, { snapCount: 10 })
  const c = e.probe().open('zoo1', 40_000)
  for (let i = 0; i < 30; i++) c.ask(create(`/n${i}`))
  const names = [...e.engine.world.hosts.zoo2!.disk].map(([path]) => path).filter((path) => path.includes('version-2/'))
  expect(names.filter((path) => path.includes('/log.')).length).toBeGreaterThan(2)
  expect(names.filter((path) => path.includes('/snapshot.')).length).toBeGreaterThan(2)
  for (const name of e.names) e.order(name, 'kill')
  e.run(1)
  e.up().run(5)
  expect(e.probe().open('zoo2').ask(read('getChildren2', '/')).result!.children).toHaveLength(31)
})
