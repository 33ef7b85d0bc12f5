// A queue of frozen values that costs nothing to copy: a persistent list and the position of its first item.

import { List } from '../base/index.ts'

export interface Fifo<T> {
  items: List<T>
  /** Position of the first item still queued. */
  head: number
}

/** When this many items were taken the front is let go of. */
const TRIM = 64

export const emptyFifo = <T>(): Fifo<T> => ({ items: List.empty<T>(), head: 0 })
export const fifoSize = <T>(queue: Fifo<T>): number => queue.items.end - queue.head
export const fifoPeek = <T>(queue: Fifo<T>): T | undefined => (queue.head < queue.items.end ? queue.items.at(queue.head) : undefined)
export const fifoLast = <T>(queue: Fifo<T>): T | undefined => (queue.head < queue.items.end ? queue.items.last() : undefined)

export function fifoPush<T>(queue: Fifo<T>, item: T): void {
  queue.items = queue.items.push(item)
}

export function fifoShift<T>(queue: Fifo<T>): T | undefined {
  if (queue.head >= queue.items.end) return undefined
  const item = queue.items.at(queue.head++)
  if (queue.head === queue.items.end) fifoClear(queue)
  else if (queue.head - queue.items.start >= TRIM) queue.items = queue.items.keepLast(queue.items.end - queue.head)
  return item
}

/** Takes the last item off. */
export function fifoPop<T>(queue: Fifo<T>): T | undefined {
  if (queue.head >= queue.items.end) return undefined
  const item = queue.items.last()
  queue.items = queue.items.truncate(queue.items.end - 1)
  return item
}

export function fifoClear<T>(queue: Fifo<T>): void {
  queue.items = List.empty<T>()
  queue.head = 0
}

export function* fifoItems<T>(queue: Fifo<T>): Iterable<T> {
  for (let i = queue.head; i < queue.items.end; i++) yield queue.items.at(i)!
}
