// What an operator does once the faults are over: starts what has exited, again and again; and where the ensemble cannot find together by itself, starts it anew in order.

import { plus, seconds, type Micros } from '../../src/sim/base/index.ts'
import type { Convergence } from '../../src/sim/checkers/index.ts'
import type { Action } from '../../src/sim/cluster/index.ts'
import type { World } from '../../src/sim/kernel/index.ts'
import { click, type Schedule } from './schedule.ts'

/** Seconds within which a mended cluster with a quorum must have come to itself, counted from the last start of a zookeeper. */
const CONVERGE_WITHIN = 90
const START_AGAIN = seconds(10)
/**
 * An ensemble without a quorum that commits is given this long, unless its servers go by their names. Those that announce 0.0.0.0 as their own address may stay out for good when they come back late, and a leader
 * may never commit: then all are started anew, in the order of their ids and a second apart, as the playground's operator must (reference/zookeeper/facts.md, section 0).
 */
const PATIENCE = seconds(70)
const START_APART = seconds(1.2)
const STARTS_ANEW = 2
/** A deletion that Kafka 2.3.0 itself has forgotten is waited for so long; then the controller is moved, by removing its znode, as people do. */
const FORGOTTEN = seconds(30)
const MOVES = 2

export class Healer {
  private nextStart: Micros
  private deadline: Micros
  private since: Micros
  private anew = 0
  private moves = 0
  private stuckSince: Micros | undefined

  constructor(
    private readonly schedule: Schedule,
    readonly actions: Action[],
  ) {
    this.nextStart = schedule.healedAt
    this.since = schedule.healedAt
    this.deadline = plus(schedule.healedAt, seconds(CONVERGE_WITHIN))
  }
  get restarted(): boolean {
    return this.anew > 0
  }
  waitedS(world: World): number {
    return (world.now - this.since) / 1_000_000
  }

  /** Does what is due now; false when there is nothing left to do but to complain. */
  help(world: World, state: Convergence): boolean {
    const { now } = world
    if (now < this.schedule.healedAt) return true
    if (!state.hasQuorum && now >= this.since + PATIENCE && this.anew < STARTS_ANEW && this.schedule.announce !== 'name')
      this.startAnew(now)
    if (now >= this.nextStart) {
      this.nextStart = plus(now, START_AGAIN)
      this.do(now, `docker-compose up -d ${this.schedule.hosts.map((h) => h.name).join(' ')}`)
    }
    // Without a quorum that commits the controller's znode cannot be removed.
    this.stuckSince = state.hasQuorum && state.stuck.length > 0 ? (this.stuckSince ?? now) : undefined
    if (this.stuckSince !== undefined && now >= this.stuckSince + FORGOTTEN && this.moves < MOVES) this.moveController(now)
    return now < this.deadline
  }

  private do(at: Micros, line: string): void {
    this.actions.push(click(at, line))
  }

  private moveController(now: Micros): void {
    this.moves++
    const client = this.schedule.hosts.find((h) => h.image === 'client')!.name
    const servers = this.schedule.hosts.filter((h) => h.image === 'zookeeper').map((h) => `${h.name}:2181`)
    this.do(now, `docker-compose exec -T ${client} zk-shell ${servers.join(',')} --run-once "rm /kafka/controller"`)
    this.stuckSince = undefined
    this.deadline = plus(now, seconds(CONVERGE_WITHIN))
  }

  private startAnew(now: Micros): void {
    this.anew++
    const names = this.schedule.hosts.filter((h) => h.image === 'zookeeper').map((h) => h.name)
    this.do(now, `docker-compose kill ${names.join(' ')}`)
    let at = plus(now, seconds(2))
    for (const name of names) {
      this.do(at, `docker-compose up -d ${name}`)
      at = plus(at, START_APART)
    }
    this.since = at
    this.nextStart = at
    this.deadline = plus(at, seconds(CONVERGE_WITHIN))
  }
}
