// The one sequence of transactions that all servers together show, and what the tree is after each of them: an independent, slow and simple model of the znode tree.

import type { SessionId, Txn, TxnBody, Zxid, ZnodeData } from '../zookeeper/protocol/index.ts'

/** A znode as a client can know it. */
export interface ModelNode {
  readonly data: ZnodeData
  readonly version: number
  readonly czxid: Zxid
  readonly mzxid: Zxid
  readonly owner: SessionId
}

/** A node from a transaction on; undefined: it is gone. */
interface Version {
  readonly zxid: Zxid
  readonly node: ModelNode | undefined
}

const NONE: SessionId = '0'

export class CommittedHistory {
  private readonly txns: Txn[] = []
  private readonly places = new Map<Zxid, number>()
  private readonly versions = new Map<string, Version[]>()
  /** Open sessions and what they own. */
  private readonly sessions = new Map<SessionId, Set<string>>()
  private readonly closed = new Map<SessionId, Zxid>()
  /** What is wrong with the sequence itself, as it is found. */
  readonly faults: string[] = []

  /** The last transaction; 0 before the first. */
  get tip(): Zxid {
    return this.txns.at(-1)?.zxid ?? 0
  }
  get length(): number {
    return this.txns.length
  }
  has(zxid: Zxid): boolean {
    return this.places.has(zxid)
  }
  get(zxid: Zxid): Txn | undefined {
    const place = this.places.get(zxid)
    return place === undefined ? undefined : this.txns[place]
  }
  /** The transaction before one; 0 before the first. */
  before(zxid: Zxid): Zxid | undefined {
    const place = this.places.get(zxid)
    return place === undefined ? undefined : place === 0 ? 0 : this.txns[place - 1]!.zxid
  }
  append(txn: Txn): void {
    this.places.set(txn.zxid, this.txns.length)
    this.txns.push(txn)
    this.fold(txn, txn.body)
  }

  /** The node at a path after a transaction. */
  at(path: string, zxid: Zxid): ModelNode | undefined {
    const versions = this.versions.get(path)
    if (!versions) return undefined
    for (let i = versions.length - 1; i >= 0; i--) if (versions[i]!.zxid <= zxid) return versions[i]!.node
    return undefined
  }
  /** All paths that ever were, in the order in which they came. */
  paths(): IterableIterator<string> {
    return this.versions.keys()
  }
  isOpen(session: SessionId): boolean {
    return this.sessions.has(session)
  }
  closedAt(session: SessionId): Zxid | undefined {
    return this.closed.get(session)
  }
  /** Paths of a living session's ephemeral nodes at the tip. */
  owned(session: SessionId): ReadonlySet<string> {
    return this.sessions.get(session) ?? new Set()
  }
  openSessions(): IterableIterator<SessionId> {
    return this.sessions.keys()
  }

  private put(path: string, zxid: Zxid, node: ModelNode | undefined): void {
    const versions = this.versions.get(path)
    if (versions) versions.push({ zxid, node })
    else this.versions.set(path, [{ zxid, node }])
  }
  private now(path: string): ModelNode | undefined {
    return this.versions.get(path)?.at(-1)?.node
  }
  private fault(txn: Txn, text: string): void {
    this.faults.push(`0x${txn.zxid.toString(16)}: ${text}`)
  }

  private fold(txn: Txn, body: TxnBody): void {
    const { zxid, session } = txn
    switch (body.op) {
      case 'create': {
        if (this.now(body.path)) this.fault(txn, `${body.path} is created and is there already`)
        const owned = this.sessions.get(session)
        if (body.ephemeral && !owned) this.fault(txn, `${body.path} is ephemeral and its session 0x${session} is not open`)
        if (body.ephemeral) owned?.add(body.path)
        this.put(body.path, zxid, { data: body.data, version: 0, czxid: zxid, mzxid: zxid, owner: body.ephemeral ? session : NONE })
        return
      }
      case 'delete': {
        const node = this.now(body.path)
        if (!node) this.fault(txn, `${body.path} is deleted and is not there`)
        if (node && node.owner !== NONE) this.sessions.get(node.owner)?.delete(body.path)
        this.put(body.path, zxid, undefined)
        return
      }
      case 'setData': {
        const node = this.now(body.path)
        if (!node) return this.fault(txn, `${body.path} is set and is not there`)
        if (body.version !== node.version + 1) this.fault(txn, `${body.path} goes from version ${node.version} to ${body.version}`)
        this.put(body.path, zxid, { ...node, data: body.data, version: body.version, mzxid: zxid })
        return
      }
      case 'createSession':
        if (this.closed.has(session)) this.fault(txn, `session 0x${session} is opened a second time`)
        if (!this.sessions.has(session)) this.sessions.set(session, new Set())
        return
      case 'closeSession': {
        for (const path of this.sessions.get(session) ?? []) this.put(path, zxid, undefined)
        this.sessions.delete(session)
        this.closed.set(session, zxid)
        return
      }
      case 'multi':
        // A failed multi has errors alone, or errors beside operations that were not done.
        if (body.txns.some((one) => one.op === 'error')) return
        for (const one of body.txns) this.fold(txn, one)
        return
      case 'setACL':
      case 'check':
      case 'error':
        return
    }
  }
}
