// Which partitions are fetched from which leader: threads come and go with them (server/AbstractFetcherManager.scala and ReplicaFetcherManager.scala at 2.3.0).
import { us } from '../../base/index.ts'
import type { Context } from '../../kernel/index.ts'
import { isRunning, newFetchSession, proc, startThread, wake, type Proc } from '../client/index.ts'
import { scalaOrder, tpHash, tpName, type TopicPartition } from '../protocol/index.ts'
import { FETCH_WAIT, fetcherLog } from './fetcher-parts.ts'
import { stopWaiting } from './fetcher-network.ts'
import { fetcherLoop } from './fetcher.ts'
import { fetcherThread, type Fetcher, type FetchedPartition } from './fetcher-state.ts'
import { slog, type BrokerState } from './state.ts'

export function managerLog(ctx: Context, env: BrokerState, text: string, manager = 'ReplicaFetcherManager'): void {
  slog(ctx, 'INFO', `kafka.server.${manager}`, `[${manager} on broker ${env.config.brokerId}] ${text}`)
}
/** `Set(tiny-0, tiny-1)` */
export const setText = (tps: readonly TopicPartition[]): string => `Set(${tps.map(tpName).join(', ')})`

export interface ToFetch extends TopicPartition {
  readonly leader: { readonly id: number; readonly host: string; readonly port: number }
  readonly epoch: number
  /** Where to begin: the local high watermark. */
  readonly offset: number
}

/** Has partitions fetched from their leaders; new threads start. */
export function addFetchers(ctx: Context, env: BrokerState, all: readonly ToFetch[]): void {
  const byLeader: Record<string, ToFetch[]> = {}
  const order: string[] = []
  for (const one of all) {
    if (byLeader[one.leader.id] === undefined) order.push(String(one.leader.id))
    ;(byLeader[one.leader.id] ??= []).push(one)
  }
  for (const id of order) addTo(ctx, env, scalaOrder(byLeader[id]!, tpHash))
}
function addTo(ctx: Context, env: BrokerState, all: readonly ToFetch[]): void {
  const { leader } = all[0]!
  const fetcher = fetcherFor(env, leader)
  for (const { topic, partition, epoch, offset } of all) {
    const known = fetcher.partitions.find((p) => p.topic === topic && p.partition === partition)
    const same = known !== undefined && known.epoch === epoch
    const next: FetchedPartition = same
      ? known
      : Object.freeze({ topic, partition, offset, epoch, value: 'Truncating', delayedUntil: us(0) })
    fetcher.partitions = [...fetcher.partitions.filter((p) => p !== known), next]
  }
  const texts = all.map((p) => `${tpName(p)} -> (offset=${p.offset}, leaderEpoch=${p.epoch})`)
  managerLog(
    ctx,
    env,
    `Added fetcher to broker BrokerEndPoint(id=${leader.id}, host=${leader.host}:${leader.port}) for partitions Map(${texts.join(', ')})`,
  )
  env.replicas.failed = env.replicas.failed.filter((name) => !all.some((p) => tpName(p) === name))
  wake(env, fetcherThread(fetcher), FETCH_WAIT)
}
function fetcherFor(env: BrokerState, leader: ToFetch['leader']): Fetcher {
  const known = env.replicas.fetchers[leader.id]
  if (known !== undefined) return known
  const fetcher: Fetcher = {
    leaderId: leader.id,
    host: leader.host,
    port: leader.port,
    conn: 0,
    ready: false,
    correlationId: 0,
    session: newFetchSession(),
    partitions: [],
    stopping: '',
    quiet: false,
  }
  env.replicas.fetchers[leader.id] = fetcher
  startThread(env, fetcherThread(fetcher), fetcherLoop, { leaderId: leader.id })
  return fetcher
}

/** Nobody fetches these any more; their threads go on. */
export function removeFetchers(ctx: Context, env: BrokerState, tps: readonly TopicPartition[]): void {
  if (tps.length === 0) return
  const names = tps.map(tpName)
  for (const id of Object.keys(env.replicas.fetchers)) {
    const fetcher = env.replicas.fetchers[id]!
    if (fetcher.partitions.some((p) => names.includes(tpName(p))))
      fetcher.partitions = fetcher.partitions.filter((p) => !names.includes(tpName(p)))
  }
  env.replicas.failed = env.replicas.failed.filter((name) => !names.includes(name))
  managerLog(ctx, env, `Removed fetcher for partitions ${setText(tps)}`)
}

/** Ends fetchers that have nothing to fetch, or whose leader has another address now; all of them when asked. Waits for their threads. */
export const stopFetchers: Proc<{ all: boolean; ids?: string[] }, void> = proc<BrokerState, { all: boolean; ids?: string[] }, void>(
  'fetchers.stop',
  [
    (t) => {
      const { fetchers } = t.env.replicas
      t.vars.ids = Object.keys(fetchers).filter((id) => t.vars.all || fetchers[id]!.partitions.length === 0)
    },
    (t) => {
      const id = t.vars.ids!.shift()
      if (id === undefined) return
      const fetcher = t.env.replicas.fetchers[id]
      if (fetcher === undefined) return t.again()
      fetcher.stopping = t.thread
      fetcherLog(t.ctx, t.env, fetcher, 'INFO', 'Shutting down')
      if (!isRunning(t.env, fetcherThread(fetcher))) return t.again()
      stopWaiting(t.ctx, t.env, fetcher)
      return t.again(t.wait('the end of a fetcher'))
    },
  ],
)
