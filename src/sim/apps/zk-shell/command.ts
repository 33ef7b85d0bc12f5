// What a command of the shell is.

import type { Cmd, Rv } from './asks.ts'
import type { Param, Values } from './py/argparse.ts'
import type { Sh } from './sh.ts'

export interface Command {
  readonly name: string
  /** Absent: whatever stands behind the name is ignored. */
  readonly params?: readonly Param[]
  /** Says `Not connected.` before anything else when there is no connection. */
  readonly connected?: boolean
  /** Parameters whose paths must exist; each costs a request. They are resolved on the way. */
  readonly exist?: readonly string[]
  /** Ctrl-C ends it quietly. */
  readonly interruptible?: boolean
  run(sh: Sh, values: Values): Cmd<Rv | void>
}

export const text = (values: Values, label: string): string => values[label] as string
export const number = (values: Values, label: string): number => values[label] as number
export const yes = (values: Values, label: string): boolean => values[label] as boolean
export const words = (values: Values, label: string): readonly string[] => values[label] as readonly string[]
