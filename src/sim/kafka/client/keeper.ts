// Single ZooKeeper operations as Kafka asks them, and the exceptions it makes of their error codes.
import { ERR, type Stat, type ZkOp } from '../../zookeeper/protocol/index.ts'
import { fail, proc, type Failure, type Proc } from './threads.ts'
import { reply, zkBatch, zkFenced, type ZkReply, type ZooKeeperUser } from './zookeeper.ts'

export const getData = (path: string): ZkOp => ({ op: 'getData', path, watch: false })
export const exists = (path: string): ZkOp => ({ op: 'exists', path, watch: false })
export const getChildren = (path: string): ZkOp => ({ op: 'getChildren2', path, watch: false })
export const create = (path: string, data: string | null): ZkOp => ({ op: 'create', path, data, ephemeral: false, sequential: false })
export const createEphemeral = (path: string, data: string | null): ZkOp => ({
  op: 'create',
  path,
  data,
  ephemeral: true,
  sequential: false,
})
export const createSequential = (path: string, data: string): ZkOp => ({ op: 'create', path, data, ephemeral: false, sequential: true })
export const setData = (path: string, data: string, version: number): ZkOp => ({ op: 'setData', path, data, version })
export const remove = (path: string): ZkOp => ({ op: 'delete', path, version: -1 })
export const multi = (ops: readonly ZkOp[]): ZkOp => ({ op: 'multi', ops })

/** Exception name and the text behind `KeeperErrorCode = ` (KeeperException.java at release-3.4.14). */
const EXCEPTIONS: Readonly<Record<number, readonly [string, string]>> = {
  [ERR.connectionLoss]: ['ConnectionLossException', 'ConnectionLoss'],
  [ERR.noNode]: ['NoNodeException', 'NoNode'],
  [ERR.noAuth]: ['NoAuthException', 'NoAuth'],
  [ERR.badVersion]: ['BadVersionException', 'BadVersion'],
  [ERR.noChildrenForEphemerals]: ['NoChildrenForEphemeralsException', 'NoChildrenForEphemerals'],
  [ERR.nodeExists]: ['NodeExistsException', 'NodeExists'],
  [ERR.notEmpty]: ['NotEmptyException', 'Directory not empty'],
  [ERR.sessionExpired]: ['SessionExpiredException', 'Session expired'],
  [ERR.sessionMoved]: ['SessionMovedException', 'Session moved'],
}

/** The exception for a code; a path makes the longer text. */
export function keeperFailure(err: number, path?: string): Failure {
  const [name, text] = EXCEPTIONS[err] ?? ['KeeperException', `Unimplemented for ${err}`]
  return {
    type: `org.apache.zookeeper.KeeperException$${name}`,
    message: `KeeperErrorCode = ${text}${path === undefined ? '' : ` for ${path}`}`,
  }
}
export const isNodeExists = (failure: Failure): boolean => failure.type.endsWith('NodeExistsException')
export const isControllerMoved = (failure: Failure): boolean => failure.type.endsWith('ControllerMovedException')

const pathOf = (op: ZkOp): string => ('path' in op ? op.path : '')

/** Fails unless the reply succeeded or failed in an allowed way. */
export function expectOk(r: ZkReply, ...allowed: readonly number[]): ZkReply {
  if (r.err !== 0 && !allowed.includes(r.err)) {
    const failure = keeperFailure(r.err, pathOf(r.op))
    fail(failure.type, failure.message)
  }
  return r
}

/** A znode's data and stat, undefined when it does not exist. */
export function dataOf(r: ZkReply): { readonly data: string | null; readonly stat: Stat } | undefined {
  expectOk(r, ERR.noNode)
  return r.err === 0 ? { data: r.result?.data ?? null, stat: r.result!.stat! } : undefined
}
/** A znode's children in the server's order; none when it does not exist. */
export function childrenOf(r: ZkReply): readonly string[] {
  expectOk(r, ERR.noNode)
  return r.err === 0 ? (r.result?.children ?? []) : []
}

/**
 * Creates a persistent path with null data and whatever parents it lacks, which come second: the path is tried first (KafkaZkClient.createRecursive). With data, the last
 * node gets it. `mustBeNew` fails when it exists.
 */
export const createRecursive = proc<ZooKeeperUser, { path: string; data: string | null; mustBeNew: boolean }, void>(
  'zookeeper.createRecursive',
  [
    (t) => zkBatch(t, [create(t.vars.path, t.vars.data)]),
    (t) => {
      const r = reply(t)
      if (r.err === ERR.noNode) return t.call(createParents, { path: parentOf(t.vars.path) })
      if (t.vars.mustBeNew) expectOk(r)
      else expectOk(r, ERR.nodeExists)
      return t.return()
    },
    (t) => zkBatch(t, [create(t.vars.path, t.vars.data)]),
    (t) => {
      if (t.vars.mustBeNew) expectOk(reply(t))
      else expectOk(reply(t), ERR.nodeExists)
    },
  ],
)
const createParents: Proc<{ path: string }, void> = proc<ZooKeeperUser, { path: string }>('zookeeper.createParents', [
  (t) => zkBatch(t, [create(t.vars.path, null)]),
  (t) => {
    if (reply(t).err === ERR.noNode) return t.call(createParents, { path: parentOf(t.vars.path) })
    expectOk(reply(t), ERR.nodeExists)
    return t.return()
  },
  (t) => zkBatch(t, [create(t.vars.path, null)]),
  (t) => {
    expectOk(reply(t), ERR.nodeExists)
  },
])
function parentOf(path: string): string {
  const slash = path.lastIndexOf('/')
  if (slash < 0) fail('java.lang.IllegalArgumentException', `Invalid path ${path}`)
  // Below a chroot that is not there: the client refuses the empty path that is asked for next.
  if (slash === 0) fail('java.lang.IllegalArgumentException', 'Path length must be > 0')
  return path.slice(0, slash)
}

interface DeleteVars {
  path: string
  epochZkVersion: number
  children?: string[]
}
/** Deletes a path depth first, each znode in a fenced write (KafkaZkClient.deleteRecursive). Gives whether it existed. */
export const deleteRecursive: Proc<DeleteVars, boolean> = proc<ZooKeeperUser, DeleteVars, boolean>('zookeeper.deleteRecursive', [
  (t) => zkBatch(t, [getChildren(t.vars.path)]),
  (t) => {
    const r = expectOk(reply(t), ERR.noNode)
    if (r.err === ERR.noNode) return t.return(false)
    t.vars.children = [...(r.result?.children ?? [])]
  },
  (t) => {
    const child = t.vars.children!.shift()
    if (child !== undefined)
      return t.again(t.call(deleteRecursive, { path: `${t.vars.path}/${child}`, epochZkVersion: t.vars.epochZkVersion }))
  },
  (t) => (t.vars.epochZkVersion < 0 ? zkBatch(t, [remove(t.vars.path)]) : zkFenced(t, [remove(t.vars.path)], t.vars.epochZkVersion)),
  (t) => {
    expectOk(reply(t), ERR.noNode)
    return t.return(true)
  },
])
