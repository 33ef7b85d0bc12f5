// A line of the wire: who said what to whom, when it had passed. Text is made at the end, when every speaker's name is known.

import type { Micros } from '../../src/sim/base/index.ts'
import type { Message } from '../../src/sim/kernel/index.ts'
import type { SessionId } from '../../src/sim/zookeeper/protocol/index.ts'

export type WireProtocol = 'tcp' | 'zk' | 'kafka' | 'quorum' | 'elect' | 'text'

/** One end of a connection: a process on a host. */
export interface Speaker {
  readonly host: string
  readonly pid: number
}

/** A message as it passed. */
export interface Passed {
  readonly at: Micros
  readonly conn: number
  readonly from: Speaker
  readonly to: Speaker
  readonly message: Message
  readonly bytes: number
}

/** What formatters may ask about the rest of the capture. */
export interface Capture {
  /** `kafka2`, `kafka2/chroot`: who opened a session; `0x…` when no client got an answer for it. */
  sessionName(id: SessionId): string
  /** Milliseconds since the request that this message answers; undefined when that was not seen. */
  latencyMs(passed: Passed): number | undefined
  /** True when the speaker's client id stands in its name. */
  hasNamedClient(passed: Passed): boolean
}

/** Texts longer than this are cut. */
const DATA_SHOWN = 240

export const cut = (text: string): string => (text.length > DATA_SHOWN ? `${text.slice(0, DATA_SHOWN)}…(${text.length} chars)` : text)

/** `14.7ms `, or nothing. */
export const latency = (capture: Capture, passed: Passed): string => {
  const value = capture.latencyMs(passed)
  return value === undefined ? '' : `${value.toFixed(1)}ms `
}
