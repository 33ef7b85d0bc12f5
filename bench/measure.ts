// Timing for benchmarks: medians of several runs, ratios of things measured side by side; what an event is compared with.

import { heapPop, heapPush, type Due } from '../src/sim/base/index.ts'

/** Runs `work` until about `budgetMs` has passed, at least `least` times; the sorted times of each in ms. */
export function times(work: () => void, budgetMs = 600, least = 5): number[] {
  const out: number[] = []
  const begin = performance.now()
  while (out.length < least || performance.now() - begin < budgetMs) {
    const start = performance.now()
    work()
    out.push(performance.now() - start)
  }
  return out.sort((a, b) => a - b)
}
export const median = (sorted: readonly number[]): number => sorted[sorted.length >> 1]!
export const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))]!

/** Prints `name: value unit`. */
export function report(name: string, value: number, unit: string): void {
  const digits = value >= 100 ? 0 : value >= 1 ? 2 : 4
  console.log(`${name}: ${value.toFixed(digits)} ${unit}`)
}

/** The reference of all ratios: nanoseconds for one push and pop at 200 entries. */
export function heapCost(): number {
  const heap: Due[] = []
  let id = 0
  for (; id < 200; id++) heapPush(heap, { at: (id * 7919) % 1000, id })
  const ROUNDS = 200_000
  const t = times(() => {
    for (let i = 0; i < ROUNDS; i++) {
      const first = heapPop(heap)!
      heapPush(heap, { at: first.at + ((i * 7919) % 1000), id: id++ })
    }
  }, 400)
  return (median(t) * 1e6) / ROUNDS
}

/** Heap in use after a collection, in bytes; 0 when node runs without --expose-gc. */
export function heapUsed(): number {
  const collect = (globalThis as { gc?: () => void }).gc
  if (!collect) return 0
  collect()
  collect()
  return process.memoryUsage().heapUsed
}
/** The same with what lies in array buffers. */
export function memoryUsed(): number {
  const heap = heapUsed()
  return heap === 0 ? 0 : heap + process.memoryUsage().arrayBuffers
}
