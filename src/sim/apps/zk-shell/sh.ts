// The shell as a running command sees it: output, paths, requests to ZooKeeper and their errors.

import { ERR, type Acl, type Stat, type ZkOp, type ZkResult, type ZnodeData } from '../../zookeeper/protocol/index.ts'
import type { Io } from '../script/index.ts'
import type { Answer, Cmd, Do, LineArgs, Reply, Snapshot } from './asks.ts'
import { dirname, join, kazooPath, normpath } from './py/paths.ts'

/** Everything a command works with. Lives as long as its line. */
export interface Sh {
  readonly io: Io<Do, LineArgs>
  readonly args: LineArgs
  /** Commands running inside commands; 1 is the line itself. */
  depth: number
  shell: Snapshot
  /** Where output goes instead of the terminal, innermost last. */
  readonly sinks: string[][]
  /** The operations of the transaction being put together. */
  txn: ZkOp[] | undefined
  /** The last output of this line; the next line's `$?`. */
  lastOutput: string
}

/** A request that ended with an error code. */
export class ZkError extends Error {
  constructor(readonly code: number) {
    super(errorName(code))
  }
}
/** `quit`, from wherever. */
export class Exit extends Error {
  constructor(readonly code: number) {
    super('exit')
  }
}

const NAMES: Readonly<Record<number, string>> = {
  [-1]: 'SystemZookeeperError',
  [ERR.runtimeInconsistency]: 'RuntimeInconsistency',
  [ERR.connectionLoss]: 'ConnectionLoss',
  [ERR.marshalling]: 'MarshallingError',
  [ERR.unimplemented]: 'UnimplementedError',
  [ERR.operationTimeout]: 'OperationTimeoutError',
  [ERR.badArguments]: 'BadArgumentsError',
  [ERR.apiError]: 'APIError',
  [ERR.noNode]: 'NoNodeError',
  [ERR.noAuth]: 'NoAuthError',
  [ERR.badVersion]: 'BadVersionError',
  [ERR.noChildrenForEphemerals]: 'NoChildrenForEphemeralsError',
  [ERR.nodeExists]: 'NodeExistsError',
  [ERR.notEmpty]: 'NotEmptyError',
  [ERR.sessionExpired]: 'SessionExpiredError',
  [ERR.invalidAcl]: 'InvalidACLError',
  [ERR.authFailed]: 'AuthFailedError',
  [ERR.sessionMoved]: 'SessionMovedError',
  [ERR.notReadOnly]: 'NotReadOnlyCallError',
}
/** kazoo's class for a code. */
export const errorName = (code: number): string => NAMES[code] ?? 'ZookeeperError'

/** What a command that needs a connection says of an error it did not expect. */
export function errorLine(code: number): string {
  switch (code) {
    case ERR.apiError:
      return 'ZooKeeper internal error.'
    case ERR.authFailed:
      return 'Authentication failed.'
    case ERR.noAuth:
      return 'Not authenticated.'
    case ERR.badVersion:
      return 'Bad version.'
    case ERR.connectionLoss:
      return 'Connection loss.'
    case ERR.notReadOnly:
      return 'Not a read-only operation.'
    case ERR.badArguments:
      return 'Bad arguments.'
    case ERR.sessionExpired:
      return 'Session expired.'
    case ERR.unimplemented:
      return 'Not implemented by the server: .'
    default:
      return 'Unknown ZooKeeper error: '
  }
}

export const MAX_OUTPUT = 1 << 20

/** Python's print: past any redirection. */
export const print = (sh: Sh, text: string): void => sh.io.print(text + '\n')

/** A line of output, remembered for `$?`. */
export function show(sh: Sh, text: string, end = '\n'): void {
  sh.lastOutput = text.slice(0, MAX_OUTPUT)
  sh.io.act({ do: 'output', text: sh.lastOutput })
  const sink = sh.sinks[sh.sinks.length - 1]
  if (sink) sink.push(text + end)
  else sh.io.print(text + end)
}

/** A path as the user means it: relative to where he is, `..` and `-` included. */
export function resolvePath(sh: Pick<Sh, 'shell'>, path: string): string {
  const { cwd, old } = sh.shell
  if (path === '' || path === '.') return normpath(cwd)
  if (path === '..') return normpath(dirname(cwd))
  if (path === '-') return normpath(old)
  return normpath(path.startsWith('/') ? path : join(cwd, path))
}

/** One request and its answer, errors and all. */
export function* tryZk(client: string, op: ZkOp, watcher?: string): Cmd<Reply> {
  return (yield { ask: 'zk', client, op, ...(watcher === undefined ? {} : { watcher }) }) as Reply
}
/** One request; an error is thrown. */
export function* zk(client: string, op: ZkOp, watcher?: string): Cmd<ZkResult> {
  const { err, result } = yield* tryZk(client, op, watcher)
  if (err !== 0) throw new ZkError(err)
  return result ?? {}
}

export function* exists(client: string, path: string, watcher?: string): Cmd<Stat | undefined> {
  const { err, result } = yield* tryZk(client, { op: 'exists', path: kazooPath(path), watch: watcher !== undefined }, watcher)
  if (err === ERR.noNode) return undefined
  if (err !== 0) throw new ZkError(err)
  return result?.stat
}
export function* getData(client: string, path: string, watcher?: string): Cmd<{ data: ZnodeData; stat: Stat }> {
  const { data, stat } = yield* zk(client, { op: 'getData', path: kazooPath(path), watch: watcher !== undefined }, watcher)
  return { data: data ?? null, stat: stat! }
}
export function* getChildren(client: string, path: string, watcher?: string): Cmd<readonly string[]> {
  return (yield* zk(client, { op: 'getChildren', path: kazooPath(path), watch: watcher !== undefined }, watcher)).children ?? []
}
/** As `getChildren`, but a missing or forbidden node has none. */
export function* childrenOrNone(client: string, path: string): Cmd<readonly string[]> {
  return yield* unless([ERR.noNode, ERR.noAuth], getChildren(client, path), [])
}
export function* setData(client: string, path: string, data: ZnodeData, version: number): Cmd {
  yield* zk(client, { op: 'setData', path: kazooPath(path), data, version })
}
export function* getAcls(client: string, path: string): Cmd<{ acl: readonly Acl[]; stat: Stat }> {
  const { acl, stat } = yield* zk(client, { op: 'getACL', path: kazooPath(path) })
  return { acl: acl ?? [], stat: stat! }
}

/** The outcome, or a substitute when it fails with one of these codes. */
export function* unless<T>(codes: readonly number[], work: Cmd<T>, otherwise: T): Cmd<T> {
  try {
    return yield* work
  } catch (e) {
    if (e instanceof ZkError && codes.includes(e.code)) return otherwise
    throw e
  }
}

/** A request sent ahead; its answer is for `settle`. */
export function* send(client: string, op: ZkOp): Cmd<number> {
  return (yield { ask: 'send', client, op }) as number
}
export function* settle(ticket: number): Cmd<ZkResult> {
  const { err, result } = (yield { ask: 'wait', ticket }) as Reply
  if (err !== 0) throw new ZkError(err)
  return result ?? {}
}

/** kazoo's create with `makepath`: missing parents are made on the way, with empty data. */
export function* create(
  client: string,
  path: string,
  data: ZnodeData,
  options: { ephemeral?: boolean; sequential?: boolean; makepath?: boolean; acl?: readonly Acl[] } = {},
): Cmd {
  const { ephemeral = false, sequential = false, makepath = false, acl } = options
  const op: ZkOp = { op: 'create', path: kazooPath(path, sequential), data, ephemeral, sequential, ...(acl ? { acl } : {}) }
  const { err } = yield* tryZk(client, op)
  if (err === 0) return
  if (err !== ERR.noNode || !makepath) throw new ZkError(err)
  yield* ensurePath(client, sequential && path.endsWith('/') ? path.replace(/\/+$/, '') : dirname(path), acl)
  yield* zk(client, op)
}

function* ensurePath(client: string, path: string, acl: readonly Acl[] | undefined): Cmd {
  if (yield* exists(client, path)) return
  const parent = dirname(path)
  if (path !== '/' && path !== '') yield* ensurePath(client, parent, acl)
  const { err } = yield* tryZk(client, {
    op: 'create',
    path: kazooPath(path),
    data: '',
    ephemeral: false,
    sequential: false,
    ...(acl ? { acl } : {}),
  })
  if (err !== 0 && err !== ERR.nodeExists) throw new ZkError(err)
}

/** kazoo's recursive delete: children first. */
export function* deleteTree(client: string, path: string): Cmd {
  const children = yield* unless<readonly string[] | undefined>([ERR.noNode], getChildren(client, path), undefined)
  if (!children) return
  for (const child of children) yield* deleteTree(client, path === '/' ? path + child : `${path}/${child}`)
  const { err } = yield* tryZk(client, { op: 'delete', path: kazooPath(path), version: -1 })
  if (err !== 0 && err !== ERR.noNode) throw new ZkError(err)
}

/** What a walk over a tree tells. */
export interface Visit {
  readonly path: string
  readonly name: string
  readonly level: number
}

/** Depth first, in the server's order, each node told before its children are asked for. `maxDepth` 0: no limit. */
export function* walk(client: string, path: string, maxDepth: number, visit: (node: Visit) => Cmd): Cmd {
  yield* walkLevel(client, path, maxDepth, 0, visit)
}
function* walkLevel(client: string, path: string, maxDepth: number, level: number, visit: (node: Visit) => Cmd): Cmd {
  for (const name of yield* childrenOrNone(client, path)) {
    const child = join(path, name)
    yield* visit({ path: child, name, level })
    if (maxDepth === 0 || level + 1 < maxDepth) yield* walkLevel(client, child, maxDepth, level + 1, visit)
  }
}

/** Breadth first, in the server's order, requests sent ahead; below a child whose name contains `stopAt` it does not go. */
export function* sweep(client: string, path: string, stopAt: string | undefined, visit: (path: string) => Cmd): Cmd {
  const stat = yield* exists(client, path)
  if (!stat || stat.numChildren === 0) return
  const ask = (at: string): Cmd<number> => send(client, { op: 'getChildren', path: kazooPath(at), watch: false })
  const queue = [{ path, ticket: yield* ask(path) }]
  for (let i = 0; i < queue.length; i++) {
    const one = queue[i]!
    const { children = [] } = yield* unless<ZkResult>([ERR.noNode, ERR.noAuth], settle(one.ticket), {})
    for (const name of children) {
      const child = join(one.path, name)
      if (stopAt === undefined || !name.includes(stopAt)) queue.push({ path: child, ticket: yield* ask(child) })
      yield* visit(child)
    }
  }
}

/** Is there a value? For answers that may be null. */
export const given = (answer: Answer): boolean => answer !== null && answer !== undefined
