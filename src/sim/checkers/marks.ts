// What a run reached, counted: so that a fuzz run that meets nothing shows.

import type { PMap } from '../base/index.ts'
import type { Log, Segment } from '../kafka/log/index.ts'
import type { Engine, Pid, TraceEntry } from '../kernel/index.ts'
import type { Txn } from '../zookeeper/protocol/index.ts'
import type { BrokerRef, Checker, ServerRef } from './checker.ts'
import { topicOf, type Change, type CommittedState } from './committed-partitions.ts'

export interface MarkCounts {
  /** Servers that began to lead with a quorum. */
  leaderElections: number
  /** Brokers that took office after the first controller. */
  controllerFailovers: number
  sessionExpiries: number
  /** Times when an ensemble that had a leader had none left. */
  quorumLosses: number
  transactions: number
  acknowledgedWrites: number
  reads: number
  /** Sessions that came back to a server after their connection had ended. */
  sessionsResumed: number
  topicsCreated: number
  partitionsCreated: number
  topicsDeleted: number
  /** Changes of a partition's leader, to nobody too. */
  leaderChanges: number
  /** Leaders that took over from one that had been before them. */
  failovers: number
  /** Leaders that had not been in sync. */
  uncleanElections: number
  isrShrinks: number
  isrExpansions: number
  /** Answers to producers in which all went well, and those that say that something did not. */
  producesAcknowledged: number
  producesRefused: number
  recordsAppended: number
  /** Logs that were cut, and records that were cut off. */
  truncations: number
  recordsTruncated: number
  segmentsRolled: number
  segmentsDeleted: number
  logsCompacted: number
  /** Brokers that a full or broken disk ended. */
  disksFailed: number
}

const bytes = (segments: readonly Segment[]): number => segments.reduce((sum, s) => sum + s.log.length, 0)

export class Marks implements Checker {
  readonly name = 'marks'
  readonly counts: MarkCounts = {
    leaderElections: 0,
    controllerFailovers: 0,
    sessionExpiries: 0,
    quorumLosses: 0,
    transactions: 0,
    acknowledgedWrites: 0,
    reads: 0,
    sessionsResumed: 0,
    topicsCreated: 0,
    partitionsCreated: 0,
    topicsDeleted: 0,
    leaderChanges: 0,
    failovers: 0,
    uncleanElections: 0,
    isrShrinks: 0,
    isrExpansions: 0,
    producesAcknowledged: 0,
    producesRefused: 0,
    recordsAppended: 0,
    truncations: 0,
    recordsTruncated: 0,
    segmentsRolled: 0,
    segmentsDeleted: 0,
    logsCompacted: 0,
    disksFailed: 0,
  }
  private readonly leaders = new Map<Pid, ServerRef>()
  private readonly known = new Set<string>()
  private readonly asked = new Set<string>()
  /** The last leader of a partition, by its name and incarnation. */
  private readonly led = new Map<string, number>()
  private controllers = 0

  constructor(private readonly engine: Engine) {}

  onNote({ code }: TraceEntry): void {
    if (code === 'log-dir.failed') this.counts.disksFailed++
  }
  private dropFallen(): void {
    const before = this.leaders.size
    for (const [pid] of this.leaders) {
      const state = this.engine.world.processes[pid]?.state as ServerRef['state'] | undefined
      if (!state?.running || !state.leading) this.leaders.delete(pid)
    }
    if (before > 0 && this.leaders.size === 0) this.counts.quorumLosses++
  }
  onServing(server: ServerRef): void {
    this.dropFallen()
    if (!server.state.leading) return
    this.leaders.set(server.pid, server)
    this.counts.leaderElections++
  }
  onGone(): void {
    this.dropFallen()
  }
  onCommitted(txn: Txn, changes: readonly Change[], states: readonly CommittedState[]): void {
    this.counts.transactions++
    for (const change of changes) {
      if (topicOf(change) === undefined) continue
      if (change.op === 'create') this.counts.topicsCreated++
      if (change.op === 'delete') this.counts.topicsDeleted++
    }
    for (const state of states) this.count(state)
    if (txn.body.op === 'closeSession' && !this.asked.has(txn.session)) this.counts.sessionExpiries++
    if (txn.body.op !== 'multi' || txn.body.txns.some((one) => one.op === 'error')) return
    if (txn.body.txns.some((one) => one.op === 'create' && one.path.endsWith('/controller'))) {
      if (this.controllers++ > 0) this.counts.controllerFailovers++
    }
  }
  private count(state: CommittedState): void {
    const { before, leader, isr } = state
    const key = `${state.topic}-${state.partition} ${state.incarnation}`
    const last = this.led.get(key)
    if (leader >= 0) this.led.set(key, leader)
    if (leader >= 0 && last !== undefined && last !== leader) this.counts.failovers++
    if (before === undefined) {
      this.counts.partitionsCreated++
      return
    }
    if (before.leader !== leader) this.counts.leaderChanges++
    if (leader >= 0 && !before.isr.includes(leader)) this.counts.uncleanElections++
    else {
      if (before.isr.some((id) => !isr.includes(id))) this.counts.isrShrinks++
      if (isr.some((id) => !before.isr.includes(id))) this.counts.isrExpansions++
    }
  }
  onHeard(session: string, _server: ServerRef, isClose: boolean): void {
    if (isClose) this.asked.add(session)
  }
  onAcknowledged(): void {
    this.counts.acknowledgedWrites++
  }
  onAnswer(answered: { readonly request: { readonly kind: string } }): void {
    if (/^(get|exists)/.test(answered.request.kind)) this.counts.reads++
  }
  onSession(session: string): void {
    if (this.known.has(session)) this.counts.sessionsResumed++
    this.known.add(session)
  }
  onProduced(...[, , { body }]: Parameters<NonNullable<Checker['onProduced']>>): void {
    const codes = body.responses.flatMap((r) => r.partitions.map((p) => p.errorCode))
    if (codes.every((code) => code === 0)) this.counts.producesAcknowledged++
    else this.counts.producesRefused++
  }
  onLogs(broker: BrokerRef, before: PMap<Log> | undefined): void {
    for (const [name, log] of broker.state.replicas.logs) {
      const last = before?.get(name)
      if (last === undefined || last === log) continue
      const grown = log.logEndOffset - last.logEndOffset
      if (grown > 0) this.counts.recordsAppended += grown
      else if (grown < 0) {
        this.counts.truncations++
        this.counts.recordsTruncated -= grown
      }
      const [was, is] = [last.closed, log.closed]
      if (is !== was && grown >= 0) this.countSegments(was, is, log)
    }
  }
  private countSegments(was: readonly Segment[], is: readonly Segment[], { active }: Log): void {
    const first = (is[0] ?? active).baseOffset
    this.counts.segmentsDeleted += was.filter((s) => s.baseOffset < first).length
    if (is.length > 0 && is.at(-1)!.baseOffset > (was.at(-1)?.baseOffset ?? -1)) this.counts.segmentsRolled++
    else if (is[0]?.baseOffset === was[0]?.baseOffset && bytes(is) < bytes(was)) this.counts.logsCompacted++
  }
  onEnd(): void {
    this.dropFallen()
  }
}
