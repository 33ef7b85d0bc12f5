// The logs of a partition's replicas side by side: segments as rows that stand at the same offset on each broker, how long each stays, what waits to be deleted, the last
// records. Pure; a log that did not change is not read again.

import {
  brokerStateOf,
  lastRecords,
  logOnDisk,
  logView,
  tpName,
  waitingSegments,
  type DiskView,
  type Host,
  type HostName,
  type Log,
  type LogView,
  type Micros,
  type Proc,
  type SegmentView,
  type ShownRecord,
  type TopicPartition,
  type World,
} from '../../sim/index.ts'
import { timersOf } from '../inspector/queries.ts'
import { brokersKnowing, duration } from '../scene/index.ts'

/** A segment whose files have their `.deleted` names. */
export interface Waiting {
  readonly baseOffset: number
  /** When its files go; undefined where nobody is there to do it. */
  readonly due: Micros | undefined
}
export interface ReplicaLog {
  readonly broker: number
  readonly host: HostName
  /** `leader`, `follower`, `stopped`. */
  readonly role: 'leader' | 'follower' | 'stopped'
  readonly view: LogView
  readonly waiting: readonly Waiting[]
  /** When retention looks next; undefined where the broker does not run. */
  readonly looksAt: Micros | undefined
  readonly log: Log | undefined
}

/** A host's disk as the simulation's questions want it. */
export const diskOf = (host: Host): DiskView => ({
  bytes: (path) => host.disk.get(path)?.bytes,
  names: (folder) => host.disk.namesIn(folder).filter((name) => host.disk.get(`${folder}/${name}`) !== undefined),
})

const views = new WeakMap<Log, { readonly highWatermark: number | undefined; readonly view: LogView }>()
function viewOf(log: Log, highWatermark: number | undefined, host: Host): LogView {
  const known = views.get(log)
  if (known !== undefined && known.highWatermark === highWatermark) return known.view
  const view = logView(log, highWatermark, diskOf(host))
  views.set(log, { highWatermark, view })
  return view
}

/** Where a stopped broker keeps a partition; undefined when it has none of it. */
function folderOnDisk(host: Host, name: string): string | undefined {
  for (const [path] of host.disk) {
    const at = path.indexOf(`/${name}/`)
    if (at >= 0 && path.endsWith('.log')) return path.slice(0, at)
  }
  return undefined
}

function running(world: World, proc: Proc, log: Log, name: string, broker: number): Omit<ReplicaLog, 'broker' | 'host'> {
  const state = brokerStateOf(proc)!
  const local = state.replicas.partitions.get(name)
  const view = viewOf(log, local?.highWatermark ?? undefined, world.hosts[proc.host]!)
  const timers = timersOf(world, proc)
  const due = (key: string): Micros | undefined => timers.find((timer) => timer.key === key)?.due
  return {
    role: local?.leader === broker ? 'leader' : 'follower',
    view,
    waiting: waitingSegments(state, view.folder).map(({ baseOffset, timer }) => ({ baseOffset, due: due(timer) })),
    looksAt: due('log-retention'),
    log,
  }
}

/** The replicas' logs of a partition, the leader's first, then in order of the brokers. */
export function replicaLogs(world: World, tp: TopicPartition): ReplicaLog[] {
  const name = tpName(tp)
  const found = brokersKnowing(world).flatMap(({ id, host, partitions }): ReplicaLog[] => {
    const machine = world.hosts[host]!
    const log = partitions?.logs.get(name)
    const proc = world.processes[machine.mainPid]
    if (log !== undefined && proc !== undefined) return [{ broker: id, host, ...running(world, proc, log, name, id) }]
    const dir = partitions === undefined ? folderOnDisk(machine, name) : undefined
    const view = dir === undefined ? undefined : stoppedView(tp, dir, machine)
    if (view === undefined) return []
    return [{ broker: id, host, role: 'stopped', view, waiting: [], looksAt: undefined, log: undefined }]
  })
  return found.sort((a, b) => Number(b.role === 'leader') - Number(a.role === 'leader') || a.broker - b.broker)
}
/** A stopped broker's disk stands still. */
const stopped = new WeakMap<object, Map<string, LogView | undefined>>()
function stoppedView(tp: TopicPartition, dir: string, host: Host): LogView | undefined {
  let known = stopped.get(host.disk)
  if (known === undefined) stopped.set(host.disk, (known = new Map()))
  const name = tpName(tp)
  if (!known.has(name)) known.set(name, logOnDisk(tp, dir, diskOf(host)))
  return known.get(name)
}

/** Rows drawn; of a log with more segments the oldest and the newest are. */
const [OLDEST, NEWEST] = [2, 8]

export interface SegmentRow {
  readonly baseOffset: number
  /** Each replica's segment that begins there, in the order of the replicas; undefined where it has none. */
  readonly cells: readonly (SegmentView | undefined)[]
  /** Each replica's segment of that name that waits to be deleted. */
  readonly waiting: readonly (Waiting | undefined)[]
}
export interface SegmentRows {
  readonly rows: readonly SegmentRow[]
  /** How many rows are left out, and after how many of those drawn. */
  readonly hidden: number
  readonly hiddenAfter: number
}

/** Segments in rows by where they begin, the oldest first. */
export function segmentRows(logs: readonly Pick<ReplicaLog, 'view' | 'waiting'>[], all = false): SegmentRows {
  const bases = new Set(logs.flatMap(({ view, waiting }) => [...view.segments, ...waiting].map((s) => s.baseOffset)))
  const sorted = [...bases].sort((a, b) => a - b)
  const hidden = all || sorted.length <= OLDEST + NEWEST + 1 ? 0 : sorted.length - OLDEST - NEWEST
  const shown = hidden === 0 ? sorted : [...sorted.slice(0, OLDEST), ...sorted.slice(-NEWEST)]
  const maps = logs.map(({ view, waiting }) => ({
    segments: new Map(view.segments.map((s) => [s.baseOffset, s])),
    waiting: new Map(waiting.map((s) => [s.baseOffset, s])),
  }))
  const rows = shown.map((baseOffset) => ({
    baseOffset,
    cells: maps.map((map) => map.segments.get(baseOffset)),
    waiting: maps.map((map) => map.waiting.get(baseOffset)),
  }))
  return { rows, hidden, hiddenAfter: OLDEST }
}

/** `12 B`, `19.9 kB`, `1.07 GB`: units of a thousand, as offsets and bytes are counted. */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  const unit = bytes < 1e6 ? 1 : bytes < 1e9 ? 2 : 3
  return `${Number((bytes / 1000 ** unit).toPrecision(3))} ${['', 'kB', 'MB', 'GB'][unit]!}`
}
/** `1 h`, `7 days`, `3 min 5 s`: a setting in ms. */
export function longText(ms: number): string {
  if (ms >= 172_800_000) return `${Number((ms / 86_400_000).toFixed(1))} days`
  if (ms >= 7_200_000) return `${Number((ms / 3_600_000).toFixed(1))} h`
  return ms < 1000 ? `${ms} ms` : Number.isInteger(ms / 1000) && ms < 120_000 ? `${ms / 1000} s` : duration(ms * 1000)
}

export interface Fate {
  readonly text: string
  /** `soon`: the next look of retention takes it. */
  readonly tone: 'stays' | 'soon'
  /** The part of retention.ms that is left, 0 to 1; undefined where time does not count. */
  readonly left: number | undefined
}

/** How long a segment stays. `nowMs` is the wall clock's, `looksInMs` when retention looks next. */
export function fateOf(s: SegmentView, view: LogView, nowMs: number, looksInMs: number | undefined): Fate {
  const next =
    looksInMs === undefined ? 'at the next look' : `at the next look, in ${longText(Math.max(0, Math.round(looksInMs / 1000)) * 1000)}`
  const left =
    s.expiresMs === undefined || view.retentionMs === undefined || view.retentionMs <= 0
      ? undefined
      : Math.max(0, Math.min(1, (s.expiresMs - nowMs) / view.retentionMs))
  const soon = (why: string): Fate =>
    s.held ? { text: `${why}, but not all replicated: stays`, tone: 'stays', left } : { text: `${why}: goes ${next}`, tone: 'soon', left }
  if (view.retentionMs === undefined) return { text: '', tone: 'stays', left: undefined }
  if (s.belowStart) return soon('below the log’s start')
  if (s.overSize) return soon('over retention.bytes')
  if (s.expiresMs === undefined)
    return { text: s.youngestMs === undefined ? 'empty' : view.compact ? 'compacted' : 'stays', tone: 'stays', left }
  if (s.expiresMs >= nowMs) return { text: `${longText(Math.ceil((s.expiresMs - nowMs) / 1000) * 1000)} left`, tone: 'stays', left }
  return soon('its time is up')
}

/** Where an offset stands between two, 0 to 100. */
export const share = (offset: number, from: number, to: number): number =>
  to <= from ? 0 : Math.max(0, Math.min(100, ((offset - from) / (to - from)) * 100))

// Records

/** Records read of a log; all of a million would be no use. */
export const RECORDS = 8
const records = new WeakMap<Log, readonly ShownRecord[]>()
/** The last records of a log, oldest first; at most `RECORDS`. */
export function recordsShown(log: Log): readonly ShownRecord[] {
  let known = records.get(log)
  if (known === undefined) records.set(log, (known = lastRecords(log, RECORDS)))
  return known
}

const decoder = new TextDecoder('utf-8', { fatal: true })
/** Bytes as a reader wants them: text where it is such, else hex; cut after `most` characters. */
export function valueText(data: Uint8Array | null, most = 160): string {
  if (data === null) return 'null'
  if (data.length === 0) return '(empty)'
  const head = data.subarray(0, most * 4)
  let text: string | undefined
  try {
    text = decoder.decode(head, { stream: head.length < data.length })
    decoder.decode()
  } catch {
    text = undefined
  }
  // eslint-disable-next-line no-control-regex
  if (text === undefined || /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(text)) {
    const hex = [...data.subarray(0, most / 2)].map((b) => b.toString(16).padStart(2, '0')).join('')
    return `0x${hex}${data.length * 2 > most ? `… (${data.length} bytes)` : ''}`
  }
  const cut = text.length > most || head.length < data.length
  return cut ? `${text.slice(0, most)}… (${data.length} bytes)` : text
}
