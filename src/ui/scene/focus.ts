// Walking through the stage by keys: arrows go to the nearest thing in their direction, Home and End to the first and last.

import type { Stop } from './scene.ts'

export type Direction = 'up' | 'down' | 'left' | 'right' | 'first' | 'last'

export const directionOf = (key: string): Direction | undefined => {
  switch (key) {
    case 'ArrowUp':
      return 'up'
    case 'ArrowDown':
      return 'down'
    case 'ArrowLeft':
      return 'left'
    case 'ArrowRight':
      return 'right'
    case 'Home':
      return 'first'
    case 'End':
      return 'last'
    default:
      return undefined
  }
}

/** The stop to go to from one, or from none; undefined when there is none that way. Straying sideways counts double. */
export function neighbour(stops: readonly Stop[], from: Stop | undefined, direction: Direction): Stop | undefined {
  if (direction === 'first' || from === undefined) return stops[0]
  if (direction === 'last') return stops.at(-1)
  let best: Stop | undefined
  let least = Infinity
  for (const stop of stops) {
    if (stop.key === from.key) continue
    const dx = stop.x - from.x
    const dy = stop.y - from.y
    const ahead = direction === 'up' ? -dy : direction === 'down' ? dy : direction === 'left' ? -dx : dx
    const aside = Math.abs(direction === 'up' || direction === 'down' ? dx : dy)
    if (ahead < 4 || aside > ahead * 3) continue
    const cost = ahead + 2 * aside
    if (cost < least) {
      least = cost
      best = stop
    }
  }
  return best
}
