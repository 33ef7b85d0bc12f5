// What kafka-producer-perf-test.sh counts and says of it (ProducerPerformance.Stats at 2.3.0). Plain data.
import { List } from '../../base/index.ts'

export interface Window {
  count: number
  bytes: number
  totalLatency: number
  maxLatency: number
}
export interface Stats extends Window {
  readonly startMs: number
  readonly sampling: number
  latencies: List<number>
  windowStartMs: number
  window: Window
}
export interface FinishedWindow extends Window {
  readonly elapsedMs: number
}
const REPORT_EVERY_MS = 5000
const SAMPLES = 500_000
const MEGABYTE = 1024 * 1024
const empty = (): Window => ({ count: 0, bytes: 0, totalLatency: 0, maxLatency: 0 })

export const newStats = (records: number, nowMs: number): Stats => ({
  ...empty(),
  startMs: nowMs,
  sampling: Math.max(1, Math.floor(records / Math.min(records, SAMPLES))),
  latencies: List.empty(),
  windowStartMs: nowMs,
  window: empty(),
})

function add(window: Window, latency: number, bytes: number): void {
  window.count++
  window.bytes += bytes
  window.totalLatency += latency
  window.maxLatency = Math.max(window.maxLatency, latency)
}
/** Counts the i-th record; gives the window that this one ended. */
export function record(stats: Stats, i: number, latency: number, bytes: number, nowMs: number): FinishedWindow | undefined {
  add(stats, latency, bytes)
  add(stats.window, latency, bytes)
  if (i % stats.sampling === 0) stats.latencies = stats.latencies.push(latency)
  if (nowMs - stats.windowStartMs < REPORT_EVERY_MS) return undefined
  const finished = { ...stats.window, elapsedMs: nowMs - stats.windowStartMs }
  stats.windowStartMs = nowMs
  stats.window = empty()
  return finished
}

const rates = ({ count, bytes }: Window, elapsedMs: number): readonly [number, string] => [
  (1000 * count) / elapsedMs,
  `(${((1000 * bytes) / elapsedMs / MEGABYTE).toFixed(2)} MB/sec)`,
]
export function windowText(window: FinishedWindow): string {
  const [records, megabytes] = rates(window, window.elapsedMs)
  const latency = `${(window.totalLatency / window.count).toFixed(1)} ms avg latency, ${window.maxLatency.toFixed(1)} ms max latency`
  return `${window.count} records sent, ${records.toFixed(1)} records/sec ${megabytes}, ${latency}.\n`
}
export function totalText(stats: Stats, nowMs: number): string {
  const [records, megabytes] = rates(stats, nowMs - stats.startMs)
  const sorted = [...stats.latencies].sort((a, b) => a - b)
  const at = (share: number): number => sorted[Math.floor(share * sorted.length)] ?? 0
  const latency = `${(stats.totalLatency / stats.count).toFixed(2)} ms avg latency, ${stats.maxLatency.toFixed(2)} ms max latency`
  const percentiles = `${at(0.5)} ms 50th, ${at(0.95)} ms 95th, ${at(0.99)} ms 99th, ${at(0.999)} ms 99.9th`
  return `${stats.count} records sent, ${records.toFixed(6)} records/sec ${megabytes}, ${latency}, ${percentiles}.\n`
}
