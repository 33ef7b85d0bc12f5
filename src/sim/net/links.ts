// The wire between hosts: its delay, what is lost on it, and what waits while it is cut.

import { drawBelow, drawBetween, pairNames, us, type Micros } from '../base/index.ts'
import type { Engine, Host, Link, World } from '../kernel/index.ts'

/** The retransmission time-out of TCP's first try; it doubles (RFC 6298 as Linux does it). */
const RTO_US = 200_000
/** A SYN is sent again after 1, 3, 7, 15, 31, 63 s; after 127 s the attempt fails. */
const SYN_RTO_US = 1_000_000
export const SYN_TRIES = 6
const MAX_RTO_US = 120_000_000

export const linkKey = pairNames((a, b) => (a < b ? `${a}|${b}` : `${b}|${a}`))
/** One stream for each direction, so that a fault elsewhere leaves this pair's delays as they are. */
const streamOf = pairNames((from, to) => `net:${from}>${to}`)

/** The link between two hosts as it is; undefined when nothing was ever done to it. */
export const linkBetween = (world: World, a: string, b: string): Readonly<Link> | undefined => world.links[linkKey(a, b)]

/** Makes sure that there is a record to write to. */
export function openLink(engine: Engine, a: string, b: string): Link {
  const key = linkKey(a, b)
  const [first, second] = a < b ? [a, b] : [b, a]
  if (!engine.world.links[key]) {
    engine.world.links[key] = engine.slices.fresh<Link>({ a: first, b: second, cut: false, slow: 1, lossPerMille: 0, held: [] })
  }
  return engine.slices.link(key)!
}

/** How long a packet takes from one host to another now, retransmissions after losses included. */
export function transit(engine: Engine, from: string, to: string): Micros {
  const world = engine.world
  const local = from === to
  const [min, max] = world.settings.costs[local ? 'net.loopback' : 'net.link'] ?? [100, 300]
  const stream = streamOf(from, to)
  let delay = drawBetween(world.random, stream, min, max)
  const link = local ? undefined : linkBetween(world, from, to)
  if (!link) return us(delay)
  delay *= link.slow
  for (let rto = RTO_US; link.lossPerMille > 0 && rto < MAX_RTO_US && drawBelow(world.random, stream, 1000) < link.lossPerMille; rto *= 2)
    delay += rto
  return us(delay)
}

/** When a sender that began at `sentAt` tries again for the first time at or after `healedAt`. */
export function retransmitAt(sentAt: Micros, healedAt: Micros, syn: boolean): Micros {
  let at: number = sentAt
  for (let rto = syn ? SYN_RTO_US : RTO_US; at < healedAt; rto = Math.min(rto * 2, MAX_RTO_US)) at += rto
  return at as Micros
}

/** Is a host on the network: does its machine answer for it? A paused one does. */
export const isReachable = (host: Host | undefined): boolean =>
  host !== undefined && (host.container === 'running' || host.container === 'paused')
