// The tree: default nodes, Stat, versions, sizes, access lists; transactions applied to it.
import { describe, expect, it } from 'vitest'
import { PMap } from '../../base/index.ts'
import { emptyFifo, fifoSize } from '../fifo.ts'
import { ERR, makeZxid, snapshotNodeBytes, type Txn, type TxnBody } from '../protocol/index.ts'
import { digestId, maskedAcl, permits, storedAcl } from './acl.ts'
import { applyTxn, type Data } from './apply.ts'
import { joinPath, parentPath, pathProblem } from './paths.ts'
import { freshTree, nodeCount, OPEN_ACL, setData, statOf, treeFromNodes, treeSnapshotBytes } from './tree.ts'

const data = (): Data => ({
  tree: freshTree(),
  sessions: PMap.empty<number>(),
  clientHosts: PMap.empty<string>(),
  committedLog: emptyFifo<Txn>(),
})
const txn = (counter: number, body: TxnBody, session = '100'): Txn => ({
  session,
  xid: counter,
  zxid: makeZxid(1, counter),
  timeMs: 1000 + counter,
  body,
})
const create = (path: string, parentCversion: number, text: string | null = 'x', ephemeral = false): TxnBody => ({
  op: 'create',
  path,
  data: text,
  acl: OPEN_ACL,
  ephemeral,
  parentCversion,
})
const stat = (d: Data, path: string) => statOf(d.tree.nodes.get(path)!)

describe('a fresh tree', () => {
  it('has four nodes with zero stats, counted as five', () => {
    const { tree } = data()
    expect(tree.nodes.sortedKeys()).toEqual(['/', '/zookeeper', '/zookeeper/config', '/zookeeper/quota'])
    expect(nodeCount(tree)).toBe(5)
    expect(tree.dataSize).toBe(44)
    expect(statOf(tree.nodes.get('/')!).cversion).toBe(-1)
    expect(statOf(tree.nodes.get('/zookeeper')!).cversion).toBe(-2)
    expect(tree.nodes.get('/')!.data).toBe('')
    expect(statOf(tree.nodes.get('/zookeeper/config')!).aversion).toBe(-1)
  })
  it('makes a snapshot of 395 bytes and its configuration', () => {
    const { tree } = data()
    expect(treeSnapshotBytes(tree, 0)).toBe(395)
    setData(tree, '/zookeeper/config', 'c'.repeat(156), -1, 0, 5)
    expect(treeSnapshotBytes(tree, 0)).toBe(551)
    expect(tree.dataSize).toBe(200)
    expect(statOf(tree.nodes.get('/zookeeper/config')!)).toMatchObject({ version: -1, mzxid: 0, mtime: 5, dataLength: 156 })
  })
})

describe('Stat', () => {
  it('follows the table of changes', () => {
    const d = data()
    applyTxn(d, txn(1, create('/a', 1)))
    expect(stat(d, '/a')).toEqual({
      czxid: makeZxid(1, 1),
      mzxid: makeZxid(1, 1),
      pzxid: makeZxid(1, 1),
      ctime: 1001,
      mtime: 1001,
      version: 0,
      cversion: 0,
      aversion: 0,
      ephemeralOwner: '0',
      dataLength: 1,
      numChildren: 0,
    })
    applyTxn(d, txn(2, { op: 'setData', path: '/a', data: 'größer', version: 1 }))
    expect(stat(d, '/a')).toMatchObject({ version: 1, mzxid: makeZxid(1, 2), mtime: 1002, pzxid: makeZxid(1, 1), dataLength: 8 })
    applyTxn(d, txn(3, create('/a/b', 1, null, true)))
    expect(stat(d, '/a')).toMatchObject({ cversion: 1, numChildren: 1, pzxid: makeZxid(1, 3), mzxid: makeZxid(1, 2), version: 1 })
    expect(stat(d, '/a/b')).toMatchObject({ ephemeralOwner: '100', dataLength: 0 })
    applyTxn(d, txn(4, { op: 'delete', path: '/a/b' }))
    // Each create and each delete of a child counts in the visible cversion.
    expect(stat(d, '/a')).toMatchObject({ cversion: 2, numChildren: 0, pzxid: makeZxid(1, 4) })
    expect(d.tree.nodes.get('/a')!.cversion).toBe(1)
    applyTxn(d, txn(5, { op: 'setACL', path: '/a', acl: [{ perms: 1, scheme: 'world', id: 'anyone' }], version: 1 }))
    expect(stat(d, '/a')).toMatchObject({ aversion: 1, mzxid: makeZxid(1, 2) })
    expect(d.tree.lastZxid).toBe(makeZxid(1, 5))
  })
})

describe('transactions', () => {
  it('of a multi happen together, or not at all', () => {
    const d = data()
    const changes: string[] = []
    const done = applyTxn(
      d,
      txn(1, {
        op: 'multi',
        txns: [create('/a', 1), { op: 'check', path: '/a', version: 1 }, { op: 'setData', path: '/a', data: 'y', version: 1 }],
      }),
      (what, path) => changes.push(`${what} ${path}`),
    )
    expect(changes).toEqual(['created /a', 'changed /a'])
    expect(done.results!.map((one) => [one.op, one.err])).toEqual([
      ['create', 0],
      ['check', 0],
      ['setData', 0],
    ])
    const failed = applyTxn(
      d,
      txn(2, {
        op: 'multi',
        txns: [create('/b', 2), { op: 'error', err: ERR.badVersion }, { op: 'error', err: ERR.runtimeInconsistency }],
      }),
    )
    expect(failed.results!.map((one) => one.err)).toEqual([0, ERR.badVersion, ERR.runtimeInconsistency])
    expect(d.tree.nodes.has('/b')).toBe(false)
    expect(d.tree.lastZxid).toBe(makeZxid(1, 2))
  })
  it('of a dying session take its ephemerals, all with one zxid, in hash order', () => {
    const d = data()
    applyTxn(d, txn(1, { op: 'createSession', timeoutMs: 6000, client: 'kafka1' }))
    applyTxn(d, txn(2, create('/one', 1, null, true)))
    applyTxn(d, txn(3, create('/two', 2, null, true)))
    expect(d.sessions.get('100')).toBe(6000)
    const gone: string[] = []
    applyTxn(d, txn(4, { op: 'closeSession' }), (what, path) => gone.push(`${what} ${path}`))
    expect(gone.sort()).toEqual(['deleted /one', 'deleted /two'])
    expect(d.sessions.size).toBe(0)
    expect(stat(d, '/').pzxid).toBe(makeZxid(1, 4))
    expect(nodeCount(d.tree)).toBe(5)
  })
  it('are remembered, five hundred and one of them', () => {
    const d = data()
    for (let i = 1; i <= 600; i++) applyTxn(d, txn(i, { op: 'error', err: ERR.noNode }))
    expect(fifoSize(d.committedLog)).toBe(501)
    expect(d.committedLog.items.at(d.committedLog.head)!.zxid).toBe(makeZxid(1, 100))
  })
})

describe('sizes', () => {
  it('are the same grown or built anew from a snapshot', () => {
    const d = data()
    for (let i = 1; i <= 20; i++) applyTxn(d, txn(i, create(`/n${i}`, i, 'data'.repeat(i))))
    for (let i = 1; i <= 10; i++) applyTxn(d, txn(20 + i, { op: 'delete', path: `/n${i}` }))
    applyTxn(d, txn(31, { op: 'setData', path: '/n11', data: null, version: 1 }))
    const again = treeFromNodes(d.tree.nodes, d.tree.lastZxid)
    expect(again.dataSize).toBe(d.tree.dataSize)
    expect(again.snapshotBytes).toBe(d.tree.snapshotBytes)
    expect(again.nodes.sortedKeys()).toEqual(d.tree.nodes.sortedKeys())
    // The set of children has grown to 32 buckets for 20 names; rebuilt for 12 it has 16.
    expect(d.tree.nodes.get('/')!.children!.capacity).toBe(32)
    expect(again.nodes.get('/')!.children!.capacity).toBe(16)
    expect(snapshotNodeBytes('/a', { dataLength: 3 })).toBe(4 + 2 + 4 + 3 + 8 + 60)
  })
})

describe('paths', () => {
  it('must be whole', () => {
    for (const good of ['/', '/a', '/a/b', '/a.b', '/..a', '/a..', '/ü']) expect(pathProblem(good)).toBeUndefined()
    for (const bad of ['', 'a', '/a/', '//a', '/a//b', '/.', '/..', '/a/./b', '/a/../b', '/a\u0001', '/a\u007f', '/\uf000', '/a\ufff1'])
      expect(pathProblem(bad)).toBeDefined()
    expect(pathProblem('/a//b')).toBe('Invalid path string "/a//b" caused by empty node name specified @3')
  })
  it('have parents', () => {
    expect(parentPath('/a')).toBe('/')
    expect(parentPath('/a/b')).toBe('/a')
    expect(joinPath('/', 'a')).toBe('/a')
    expect(joinPath('/a', 'b')).toBe('/a/b')
  })
})

describe('access lists', () => {
  const me = [{ scheme: 'ip', id: '172.18.0.6' }]
  it('let in whom they name', () => {
    expect(permits(OPEN_ACL, 2, me)).toBe(true)
    expect(permits([{ perms: 1, scheme: 'world', id: 'anyone' }], 2, me)).toBe(false)
    expect(permits([{ perms: 31, scheme: 'ip', id: '172.18.0.0/16' }], 2, me)).toBe(true)
    expect(permits([{ perms: 31, scheme: 'ip', id: '172.19.0.0/16' }], 2, me)).toBe(false)
    expect(permits([{ perms: 31, scheme: 'digest', id: 'u:x' }], 2, [{ scheme: 'digest', id: 'u:x' }])).toBe(true)
  })
  it('are stored without duplicates, `auth` as the asker', () => {
    expect(storedAcl([{ perms: 31, scheme: 'auth', id: '' }], me)).toBeUndefined()
    expect(storedAcl([{ perms: 31, scheme: 'auth', id: '' }], [{ scheme: 'digest', id: 'u:x' }])).toEqual([
      { perms: 31, scheme: 'digest', id: 'u:x' },
    ])
    expect(storedAcl([...OPEN_ACL, ...OPEN_ACL], me)).toHaveLength(1)
    expect(storedAcl([], me)).toBeUndefined()
    expect(storedAcl([{ perms: 1, scheme: 'sasl', id: 'x' }], me)).toBeUndefined()
    expect(maskedAcl([{ perms: 1, scheme: 'digest', id: 'u:secret' }])[0]!.id).toBe('u:x')
  })
  it('know a digest', () => {
    // DigestAuthenticationProvider.generateDigest("super:test")
    expect(digestId('super:test')).toBe('super:D/InIHSb7yEEbrWz8b9l71RjZJU=')
  })
})
