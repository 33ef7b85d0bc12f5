// The znode tree as a value: a persistent map from paths to frozen nodes, with what is counted about it. Copying it costs nothing (DataTree, DataNode at release-3.5.5).

import { PMap } from '../../base/index.ts'
import { CHILDREN_CAPACITY, DEFAULT_CAPACITY, nameSet, nameSetAdd, nameSetDelete, nameSetOf, nameSetOrder } from '../java.ts'
import {
  snapshotAclBytes,
  snapshotNodeBytes,
  SNAPSHOT_FRAME_BYTES,
  utf8Bytes,
  type Acl,
  type NameSet,
  type SessionId,
  type Stat,
  type Znode,
  type ZnodeData,
  type Zxid,
} from '../protocol/index.ts'
import { CONFIG_PATH, joinPath, lastSegment, parentPath } from './paths.ts'

export interface Tree {
  nodes: PMap<Znode>
  /** Session -> paths of its ephemeral nodes. */
  ephemerals: PMap<NameSet>
  /** Access lists in use -> by how many nodes; their text is the key. */
  acls: PMap<number>
  /** The last transaction processed. */
  lastZxid: Zxid
  /** Length of paths and data: what `mntr` calls approximate data size, the root's second name included. */
  dataSize: number
  /** Bytes of nodes and access lists in a snapshot. */
  snapshotBytes: number
}

export const OPEN_ACL: readonly Acl[] = Object.freeze([Object.freeze({ perms: 31, scheme: 'world', id: 'anyone' })])
export const READ_ACL: readonly Acl[] = Object.freeze([Object.freeze({ perms: 1, scheme: 'world', id: 'anyone' })])
/** No session. */
export const NO_SESSION: SessionId = '0'

const aclKey = (acl: readonly Acl[]): string => acl.map((one) => `${one.perms} ${one.scheme} ${one.id}`).join('\n')
export const aclOf = (node: Znode): readonly Acl[] => node.acl ?? OPEN_ACL

/** The root is kept under "" in a snapshot, and counted under both its names. */
const storedPath = (path: string): string => (path === '/' ? '' : path)

function blank(data: string, acl: readonly Acl[] | undefined): Znode {
  return Object.freeze({
    data,
    dataLength: utf8Bytes(data),
    acl,
    czxid: 0,
    mzxid: 0,
    pzxid: 0,
    ctime: 0,
    mtime: 0,
    version: 0,
    cversion: 0,
    aversion: 0,
    ephemeralOwner: NO_SESSION,
    children: undefined,
  })
}

/** The tree of a server that never held any other: `/`, `/zookeeper`, `/zookeeper/quota`, `/zookeeper/config`. */
export function freshTree(): Tree {
  const tree: Tree = {
    nodes: PMap.empty<Znode>(),
    ephemerals: PMap.empty<NameSet>(),
    acls: PMap.empty<number>(),
    lastZxid: 0,
    dataSize: 1,
    snapshotBytes: 0,
  }
  const root = { ...blank('', undefined), children: nameSetOf(['zookeeper'], CHILDREN_CAPACITY) }
  const proc = { ...blank('', undefined), children: nameSetOf(['quota', 'config'], CHILDREN_CAPACITY) }
  putNew(tree, '/', Object.freeze(root))
  putNew(tree, '/zookeeper', Object.freeze(proc))
  putNew(tree, '/zookeeper/quota', blank('', undefined))
  putNew(tree, CONFIG_PATH, Object.freeze({ ...blank('', READ_ACL), aversion: -1 }))
  return tree
}

function putNew(tree: Tree, path: string, node: Znode): void {
  tree.nodes = tree.nodes.set(path, node)
  const stored = storedPath(path)
  tree.dataSize += stored.length + node.dataLength
  tree.snapshotBytes += snapshotNodeBytes(stored, node)
  useAcl(tree, node.acl, 1)
}

function useAcl(tree: Tree, acl: readonly Acl[] | undefined, change: 1 | -1): void {
  if (!acl) return
  const key = aclKey(acl)
  const count = (tree.acls.get(key) ?? 0) + change
  if (change === 1 && count === 1) tree.snapshotBytes += snapshotAclBytes(acl)
  if (count === 0) tree.snapshotBytes -= snapshotAclBytes(acl)
  tree.acls = count === 0 ? tree.acls.delete(key) : tree.acls.set(key, count)
}

/** What a client is shown of a node. Visible cversion = 2 x children ever created - children now, so that it grows with each create and delete. */
export function statOf(node: Znode): Stat {
  const numChildren = node.children?.names.size ?? 0
  return Object.freeze({
    czxid: node.czxid,
    mzxid: node.mzxid,
    ctime: node.ctime,
    mtime: node.mtime,
    version: node.version,
    cversion: node.cversion * 2 - numChildren,
    aversion: node.aversion,
    ephemeralOwner: node.ephemeralOwner,
    dataLength: node.dataLength,
    numChildren,
    pzxid: node.pzxid,
  })
}

/** Names of children in the server's own order. */
export const childrenOf = (node: Znode): string[] => nameSetOrder(node.children)

/** Nodes as the server counts them: the root twice. */
export const nodeCount = (tree: Tree): number => tree.nodes.size + 1
export const ephemeralsOf = (tree: Tree, session: SessionId): string[] => nameSetOrder(tree.ephemerals.get(session))

/** The size of a snapshot of this tree and so many sessions, without a file's frame. */
export const treeSnapshotBytes = (tree: Tree, sessionBytes: number): number => tree.snapshotBytes + SNAPSHOT_FRAME_BYTES + sessionBytes

export interface CreateArgs {
  readonly path: string
  readonly data: ZnodeData
  readonly acl: readonly Acl[]
  readonly owner: SessionId
  /** The parent's stored cversion from now on. */
  readonly parentCversion: number
  readonly zxid: Zxid
  readonly timeMs: number
}

/** False when the parent is missing or the node exists. */
export function createNode(tree: Tree, args: CreateArgs): boolean {
  const { path, zxid, timeMs } = args
  const parentName = parentPath(path)
  const parent = tree.nodes.get(parentName)
  if (!parent || tree.nodes.has(path)) return false
  tree.nodes = tree.nodes.set(
    parentName,
    Object.freeze({
      ...parent,
      cversion: args.parentCversion,
      pzxid: zxid,
      children: nameSetAdd(parent.children ?? nameSet(CHILDREN_CAPACITY), lastSegment(path)),
    }),
  )
  const node: Znode = Object.freeze({
    data: args.data,
    dataLength: args.data === null ? 0 : utf8Bytes(args.data),
    acl: args.acl,
    czxid: zxid,
    mzxid: zxid,
    pzxid: zxid,
    ctime: timeMs,
    mtime: timeMs,
    version: 0,
    cversion: 0,
    aversion: 0,
    ephemeralOwner: args.owner,
    children: undefined,
  })
  putNew(tree, path, node)
  if (args.owner !== NO_SESSION) {
    tree.ephemerals = tree.ephemerals.set(args.owner, nameSetAdd(tree.ephemerals.get(args.owner) ?? nameSet(DEFAULT_CAPACITY), path))
  }
  return true
}

/** False when there is no such node. The parent's stored cversion stays. */
export function deleteNode(tree: Tree, path: string, zxid: Zxid): boolean {
  const node = tree.nodes.get(path)
  const parentName = parentPath(path)
  const parent = tree.nodes.get(parentName)
  if (!node || !parent) return false
  tree.nodes = tree.nodes.delete(path).set(
    parentName,
    Object.freeze({
      ...parent,
      pzxid: Math.max(parent.pzxid, zxid),
      children: parent.children && nameSetDelete(parent.children, lastSegment(path)),
    }),
  )
  tree.dataSize -= path.length + node.dataLength
  tree.snapshotBytes -= snapshotNodeBytes(path, node)
  useAcl(tree, node.acl, -1)
  const owned = node.ephemeralOwner === NO_SESSION ? undefined : tree.ephemerals.get(node.ephemeralOwner)
  if (owned) {
    const rest = nameSetDelete(owned, path)
    tree.ephemerals = tree.ephemerals.set(node.ephemeralOwner, rest)
  }
  return true
}

export function setData(tree: Tree, path: string, data: ZnodeData, version: number, zxid: Zxid, timeMs: number): Znode | undefined {
  const node = tree.nodes.get(path)
  if (!node) return undefined
  const dataLength = data === null ? 0 : utf8Bytes(data)
  const changed = Object.freeze({ ...node, data, dataLength, version, mzxid: zxid, mtime: timeMs })
  tree.nodes = tree.nodes.set(path, changed)
  tree.dataSize += dataLength - node.dataLength
  tree.snapshotBytes += dataLength - node.dataLength
  return changed
}

export function setAcl(tree: Tree, path: string, acl: readonly Acl[], version: number): Znode | undefined {
  const node = tree.nodes.get(path)
  if (!node) return undefined
  useAcl(tree, node.acl, -1)
  const changed = Object.freeze({ ...node, acl, aversion: version })
  tree.nodes = tree.nodes.set(path, changed)
  useAcl(tree, acl, 1)
  return changed
}

/** Forgets a session's ephemerals and returns them in the order in which they die. The nodes are still there. */
export function takeEphemerals(tree: Tree, session: SessionId): string[] {
  const paths = ephemeralsOf(tree, session)
  tree.ephemerals = tree.ephemerals.delete(session)
  return paths
}

/** A tree as it comes out of a snapshot: sets of names grow anew, in the order in which they were written. */
export function treeFromNodes(nodes: PMap<Znode>, zxid: Zxid): Tree {
  const tree: Tree = {
    nodes: PMap.empty<Znode>(),
    ephemerals: PMap.empty<NameSet>(),
    acls: PMap.empty<number>(),
    lastZxid: zxid,
    dataSize: 1,
    snapshotBytes: 0,
  }
  const visit = (path: string): void => {
    const node = nodes.get(path)!
    const names = nameSetOrder(node.children)
    putNew(tree, path, Object.freeze({ ...node, children: names.length > 0 ? nameSetOf(names, CHILDREN_CAPACITY) : undefined }))
    if (node.ephemeralOwner !== NO_SESSION) {
      const owned = tree.ephemerals.get(node.ephemeralOwner) ?? nameSet(DEFAULT_CAPACITY)
      tree.ephemerals = tree.ephemerals.set(node.ephemeralOwner, nameSetAdd(owned, path))
    }
    for (const name of names) visit(joinPath(path, name))
  }
  visit('/')
  return tree
}
