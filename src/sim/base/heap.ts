// The event queue: a binary heap in a flat array, ordered by (at, id). A checkpoint keeps a copy of the array (its items are frozen), which at a few hundred
// entries costs less than one step of a persistent heap.

/** What the queue orders by: due time, then order of scheduling. */
export interface Due {
  readonly at: number
  readonly id: number
}

const before = (a: Due, b: Due): boolean => a.at < b.at || (a.at === b.at && a.id < b.id)

export function heapPush<T extends Due>(heap: T[], item: T): void {
  let i = heap.length
  heap.push(item)
  while (i > 0) {
    const parent = (i - 1) >> 1
    const above = heap[parent]!
    if (!before(item, above)) break
    heap[i] = above
    i = parent
  }
  heap[i] = item
}

/** Removes and returns the first item; undefined when empty. */
export function heapPop<T extends Due>(heap: T[]): T | undefined {
  const first = heap[0]
  const item = heap.pop()
  if (first === undefined || item === undefined || heap.length === 0) return first
  const half = heap.length >> 1
  let i = 0
  while (i < half) {
    let child = 2 * i + 1
    let below = heap[child]!
    const right = heap[child + 1]
    if (right !== undefined && before(right, below)) {
      below = right
      child++
    }
    if (!before(below, item)) break
    heap[i] = below
    i = child
  }
  heap[i] = item
  return first
}

/** Restores the order after items were taken out of the middle. */
export function heapify<T extends Due>(heap: T[]): void {
  heap.sort((a, b) => a.at - b.at || a.id - b.id)
}
