// What a leader sends a follower to bring it up to date: nothing, what it lacks, an order to cut off what nobody else has, or everything (LearnerHandler.syncFollower and
// queueCommittedProposals at release-3.5.5). Pure.

import { zxidCounter, zxidEpoch, type Txn, type Zxid } from '../protocol/index.ts'

export interface SyncPlan {
  readonly op: 'DIFF' | 'TRUNC' | 'SNAP'
  /** DIFF and TRUNC: the zxid that they carry. */
  readonly zxid: Zxid
  /** Committed transactions to send after it, each with its commit. */
  readonly txns: readonly Txn[]
  /** The last zxid that the follower will have of what is committed. */
  readonly upTo: Zxid
  /** Lines of the leader's log: class@line, text. */
  readonly says: readonly (readonly [where: string, text: string])[]
}

interface Draft {
  op: 'DIFF' | 'TRUNC' | undefined
  zxid: Zxid
  txns: Txn[]
  upTo: Zxid
  says: (readonly [string, string])[]
}

const hex = (zxid: Zxid): string => `0x${zxid.toString(16)}`

/**
 * `peerZxid`: the follower's last; `lastProcessed`: the leader's; `committed`: the transactions it keeps in memory, in order; `logged`: those on its disk from one that the
 * follower has on, undefined when the disk cannot tell; asked only when memory does not reach back far enough.
 */
export function planSync(
  sid: number,
  peerZxid: Zxid,
  lastProcessed: Zxid,
  committed: readonly Txn[],
  logged: () => readonly Txn[] | undefined,
): SyncPlan {
  const min = committed[0]?.zxid ?? lastProcessed
  const max = committed.at(-1)?.zxid ?? lastProcessed
  const draft: Draft = { op: undefined, zxid: 0, txns: [], upTo: peerZxid, says: [] }
  const say = (where: string, text: string): number => draft.says.push([`LearnerHandler@${where}`, text])
  say(
    '708',
    `Synchronizing with Follower sid: ${sid} maxCommittedLog=${hex(committed.at(-1)?.zxid ?? 0)} minCommittedLog=${hex(committed[0]?.zxid ?? 0)} lastProcessedZxid=${hex(lastProcessed)} peerLastZxid=${hex(peerZxid)}`,
  )
  if (peerZxid === lastProcessed) {
    say('752', `Sending DIFF zxid=${hex(peerZxid)} for peer sid: ${sid}`)
    Object.assign(draft, { op: 'DIFF', zxid: peerZxid })
  } else if (peerZxid > max && zxidCounter(peerZxid) !== 0) Object.assign(draft, { op: 'TRUNC', zxid: max, upTo: max })
  else if (min <= peerZxid && peerZxid <= max) {
    say('769', `Using committedLog for peer sid: ${sid}`)
    queueCommitted(draft, sid, committed, peerZxid, Infinity, max)
  } else if (peerZxid < min) {
    const onDisk = logged()
    if (onDisk && onDisk.length > 0) {
      say('784', `Use txnlog and committedLog for peer sid: ${sid}`)
      queueCommitted(draft, sid, onDisk, peerZxid, min, max)
      queueCommitted(draft, sid, committed, draft.upTo, Infinity, max)
    }
  } else say('800', `Unhandled scenario for peer sid: ${sid}`)
  if (draft.op === undefined) return { op: 'SNAP', zxid: lastProcessed, txns: [], upTo: peerZxid, says: draft.says }
  return { op: draft.op, zxid: draft.zxid, txns: draft.txns, upTo: draft.upTo, says: draft.says }
}

function queueCommitted(draft: Draft, sid: number, txns: readonly Txn[], peerZxid: Zxid, limit: Zxid, lastCommitted: Zxid): void {
  const atEpochStart = zxidCounter(peerZxid) === 0
  const sendDiff = (where: string): void => {
    draft.says.push([`LearnerHandler@${where}`, `Sending DIFF zxid=${hex(lastCommitted)} for peer sid: ${sid}`])
    Object.assign(draft, { op: 'DIFF', zxid: lastCommitted })
  }
  draft.upTo = peerZxid
  let previous: Zxid = -1
  for (const txn of txns) {
    if (txn.zxid > limit) break
    if (txn.zxid < peerZxid) {
      previous = txn.zxid
      continue
    }
    if (draft.op === undefined) {
      if (txn.zxid === peerZxid) {
        sendDiff('859')
        continue
      }
      if (atEpochStart) sendDiff('869')
      else {
        // The follower has transactions that the leader never saw; across epochs it cannot be told to cut them off.
        if (zxidEpoch(txn.zxid) !== zxidEpoch(peerZxid)) {
          draft.says.push(['LearnerHandler@882', `Cannot send TRUNC to peer sid: ${sid} peer zxid is from different epoch`])
          return
        }
        draft.says.push(['LearnerHandler@887', `Sending TRUNC zxid=${hex(previous)} for peer sid: ${sid}`])
        Object.assign(draft, { op: 'TRUNC', zxid: previous })
      }
    }
    if (txn.zxid <= draft.upTo) continue
    draft.txns.push(txn)
    draft.upTo = txn.zxid
  }
  if (draft.op === undefined && atEpochStart) sendDiff('913')
}
