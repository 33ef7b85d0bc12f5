// Forks as branching tracks: one line a future, leaving its parent's line where it was acted, labelled by what was done first there.

import type { Action, Fork, Micros } from '../../sim/index.ts'
import type { TimeScale } from './scale.ts'

/** `A`, `B`, ... `Z`, `A2`, ... by age. */
export const forkName = (id: number): string => String.fromCharCode(65 + (id % 26)) + (id >= 26 ? String(Math.floor(id / 26) + 1) : '')

/** How many actions two futures have in common. */
export function sharedActions(a: readonly Action[], b: readonly Action[]): number {
  let n = 0
  while (n < a.length && n < b.length && a[n] === b[n]) n++
  return n
}

/** A fork's first action of its own: against its parent; the first fork's, against its eldest child. Undefined when it went on without one. */
export function firstOwnAction(forks: readonly Fork[], id: number): Action | undefined {
  const fork = forks[id]
  if (!fork) return undefined
  const other = fork.parent >= 0 ? forks[fork.parent] : forks.find((f) => f.parent === id)
  if (!other) return undefined
  const actions = fork.actions.slice(sharedActions(fork.actions, other.actions))
  return actions.find((a) => a.at >= (fork.parent >= 0 ? fork.at : other.at))
}

/** What a fork is called: its letter and its first own action. */
export function forkLabel(forks: readonly Fork[], id: number): string {
  const action = firstOwnAction(forks, id)
  const text = action === undefined ? 'went on' : action.kind === '^' ? `Ctrl-${action.text}` : action.text
  return forks.length === 1 ? '' : `${forkName(id)} · ${text.length > 60 ? `${text.slice(0, 59)}…` : text}`
}

/** The forks from the first to this one. */
export function lineage(forks: readonly Fork[], id: number): number[] {
  const result: number[] = []
  for (let at = id; at >= 0 && forks[at] && result.length <= forks.length; at = forks[at]!.parent) result.unshift(at)
  return result
}

export interface Track {
  readonly fork: number
  readonly label: string
  /** The line, from where it leaves its parent to the end of what was shown. */
  readonly path: string
  readonly y: number
  readonly fromX: number
  readonly toX: number
  readonly own: boolean
  /** Where its label begins: behind the line's end, or, where the window ends before that, on the line. */
  readonly labelX: number
}

/** About as wide as a letter of a label. */
export const LETTER = 5.7
/** The curve by which a line leaves its parent's is so wide. */
const BEND = 24

/** All tracks of a run in a window, from above: row by row in order of age. `seenOf`: the end of what was shown. */
export function tracks(
  forks: readonly Fork[],
  current: number,
  seenOf: (fork: number) => Micros,
  scale: TimeScale,
  rowHeight: number,
): Track[] {
  const own = new Set(lineage(forks, current))
  const y = (id: number) => id * rowHeight + rowHeight / 2
  const clamp = (x: number) => Math.max(-40, Math.min(scale.width + 40, x))
  return forks.map((fork) => {
    const fromX = clamp(scale.x(fork.at))
    const toX = Math.max(fromX, clamp(scale.x(seenOf(fork.id))))
    const bend = Math.min(BEND, Math.max(6, toX - fromX))
    const start = fork.parent < 0 ? `M${fromX},${y(fork.id)}` : curve(fromX, y(fork.parent), bend, y(fork.id))
    const label = forkLabel(forks, fork.id)
    const end = Math.max(toX, fromX + bend)
    return {
      fork: fork.id,
      label,
      path: `${start}H${end}`,
      y: y(fork.id),
      fromX,
      toX,
      own: own.has(fork.id),
      labelX: Math.max(4, Math.min(end + 6, scale.width - label.length * LETTER - 6)),
    }
  })
}

function curve(x: number, y0: number, bend: number, y1: number): string {
  const half = bend / 2
  return `M${x},${y0}C${x + half},${y0} ${x + half},${y1} ${x + bend},${y1}`
}
