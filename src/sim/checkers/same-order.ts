// Servers apply the same transactions in the same order: all of them together show one sequence, in which nobody leaves anything out and nobody has anything of its own;
// and at the same transaction their trees are the same.

import { hexZxid, zxidCounter, type Txn, type Zxid } from '../zookeeper/protocol/index.ts'
import type { Checker, Scene, ServerRef } from './checker.ts'
import { differences } from './tree-differences.ts'
import { inheritsGap, inheritsProposal } from './inherited-logs.ts'

/** A server's tree is held against the model after every so many transactions, and when it begins to serve. */
const COMPARE_EVERY = 64

/** Does a server that had applied `had` come directly after `expected`? The first zxid of an epoch stands for the last one before it. */
const follows = (had: Zxid, expected: Zxid): boolean => had === expected || (zxidCounter(had) === 0 && had > expected)

/** This one goes first: it writes the history that others read. */
export function sameOrder(scene: Scene): Checker {
  const { history, report } = scene
  function learn(server: ServerRef, txn: Txn, before: Zxid | undefined): void {
    if (txn.zxid < history.tip) {
      if (inheritsProposal(scene, server, txn.zxid)) scene.known('ZOOKEEPER-2846')
      report(`${server.host} applies ${hexZxid(txn.zxid)}, which no other server has; the others are at ${hexZxid(history.tip)}`)
      return
    }
    if (before !== undefined && !follows(before, history.tip)) {
      report(`${server.host} applies ${hexZxid(txn.zxid)} after ${hexZxid(before)}; others have ${hexZxid(history.tip)} before it`)
    }
    history.append(txn)
    for (const fault of history.faults.splice(0)) report(`${server.host} applies ${fault}`)
  }
  return {
    name: 'same order',
    onApplied(server, txn, before) {
      const known = history.get(txn.zxid)
      if (!known) learn(server, txn, before)
      else {
        if (known !== txn && JSON.stringify(known) !== JSON.stringify(txn))
          report(`${server.host} applies another ${hexZxid(txn.zxid)} than others did`)
        const expected = history.before(txn.zxid)!
        if (before !== undefined && !follows(before, expected)) {
          if (inheritsGap(scene, server, before, txn.zxid)) scene.known('ZOOKEEPER-2846')
          report(`${server.host} applies ${hexZxid(txn.zxid)} after ${hexZxid(before)}, not after ${hexZxid(expected)}`)
        }
      }
      const last = server.state.tree.lastZxid === txn.zxid
      if (last && zxidCounter(txn.zxid) % COMPARE_EVERY === 0) for (const text of differences(history, server)) report(text)
    },
    onServing(server) {
      for (const text of differences(history, server)) report(text)
    },
  }
}
