// A transaction's effect on a server's data: the tree, the sessions, the log of committed transactions. The same on every server, at replay and when live
// (DataTree.processTxn, ZKDatabase.addCommittedProposal at release-3.5.5).

import type { PMap } from '../../base/index.ts'
import type { HostName } from '../../kernel/index.ts'
import { fifoPush, fifoShift, fifoSize, type Fifo } from '../fifo.ts'
import { ERR, type Stat, type Txn, type TxnBody, type ZkOpName } from '../protocol/index.ts'
import { createNode, deleteNode, NO_SESSION, setAcl, setData, statOf, takeEphemerals, type Tree } from './tree.ts'

/** What a transaction changes. */
export interface Data {
  tree: Tree
  sessions: PMap<number>
  clientHosts: PMap<HostName>
  committedLog: Fifo<Txn>
}

export interface TxnResult {
  readonly err: number
  readonly path?: string
  readonly stat?: Stat
  readonly results?: readonly { readonly err: number; readonly op: ZkOpName; readonly path?: string; readonly stat?: Stat }[]
}

/** Told of each change to a node, while it happens, in order. */
export type OnChange = (what: 'created' | 'changed' | 'deleted', path: string) => void

/** Transactions kept for followers that come back: the list is cut when it has grown beyond. */
export const COMMITTED_LOG = 500

/** Applies a transaction and remembers it. */
export function applyTxn(data: Data, txn: Txn, onChange?: OnChange): TxnResult {
  const result = applyBody(data, txn, txn.body, onChange)
  if (txn.zxid > data.tree.lastZxid) data.tree.lastZxid = txn.zxid
  if (fifoSize(data.committedLog) > COMMITTED_LOG) fifoShift(data.committedLog)
  fifoPush(data.committedLog, txn)
  return result
}

function applyBody(data: Data, txn: Txn, body: TxnBody, onChange: OnChange | undefined): TxnResult {
  const { tree } = data
  const { zxid, timeMs, session } = txn
  switch (body.op) {
    case 'create': {
      const owner = body.ephemeral ? session : NO_SESSION
      const done = createNode(tree, {
        path: body.path,
        data: body.data,
        acl: body.acl,
        owner,
        parentCversion: body.parentCversion,
        zxid,
        timeMs,
      })
      if (!done) return { err: tree.nodes.has(body.path) ? ERR.nodeExists : ERR.noNode, path: body.path }
      onChange?.('created', body.path)
      return { err: 0, path: body.path }
    }
    case 'delete': {
      if (!deleteNode(tree, body.path, zxid)) return { err: ERR.noNode, path: body.path }
      onChange?.('deleted', body.path)
      return { err: 0, path: body.path }
    }
    case 'setData': {
      const node = setData(tree, body.path, body.data, body.version, zxid, timeMs)
      if (!node) return { err: ERR.noNode, path: body.path }
      onChange?.('changed', body.path)
      return { err: 0, path: body.path, stat: statOf(node) }
    }
    case 'setACL': {
      const node = setAcl(tree, body.path, body.acl, body.version)
      return node ? { err: 0, path: body.path, stat: statOf(node) } : { err: ERR.noNode, path: body.path }
    }
    case 'check':
      return { err: 0, path: body.path }
    case 'error':
      return { err: body.err }
    case 'createSession':
      data.sessions = data.sessions.set(session, body.timeoutMs)
      data.clientHosts = data.clientHosts.set(session, body.client)
      return { err: 0 }
    case 'closeSession':
      for (const path of takeEphemerals(tree, session)) if (deleteNode(tree, path, zxid)) onChange?.('deleted', path)
      data.sessions = data.sessions.delete(session)
      data.clientHosts = data.clientHosts.delete(session)
      return { err: 0 }
    case 'multi':
      return applyMulti(data, txn, body.txns, onChange)
  }
}

/** All or nothing: when one is an error, those before it are undone (code 0) and those after it never done (-2). */
function applyMulti(data: Data, txn: Txn, txns: readonly TxnBody[], onChange: OnChange | undefined): TxnResult {
  const failedAt = txns.findIndex((one) => one.op === 'error')
  const results = txns.map((one, i) => {
    if (failedAt >= 0) return { err: one.op === 'error' ? one.err : i < failedAt ? ERR.ok : ERR.runtimeInconsistency, op: opName(one) }
    const { err, path, stat } = applyBody(data, txn, one, onChange)
    return { err, op: opName(one), ...(path === undefined || one.op !== 'create' ? {} : { path }), ...(stat ? { stat } : {}) }
  })
  return { err: results.find((one) => one.err !== 0)?.err ?? 0, results }
}

/** An error has lost what it was to be. */
const opName = (body: TxnBody): ZkOpName => (body.op === 'error' || body.op === 'createSession' ? 'check' : body.op)
