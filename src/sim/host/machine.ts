// What the host layer needs to know from above: images, programs, kinds. An engine that runs processes.

import {
  Engine,
  type Event,
  type Fd,
  type Host,
  type LogEntry,
  type Pid,
  type Proc,
  type ProcessKind,
  type Program,
  type Root,
  type Signal,
} from '../kernel/index.ts'

/** What a container is made of. */
export interface Image {
  readonly name: string
  /** The kind and command line of the main process; undefined for a machine without one (the docker host). */
  readonly main?: (host: Host) => { readonly kind: string; readonly argv: readonly string[] }
  /** PID 1 is a shell that drops SIGTERM (the playground's shell-form CMD): `stop` means ten more seconds and SIGKILL. */
  readonly dropsTerm: boolean
  /** As `docker-compose ps` shows it. */
  readonly command: string
  readonly ports: (host: Host) => readonly string[]
  /** A log entry as the program's own pattern writes it; `epochMs` is the wall clock at virtual time 0. */
  readonly render?: (entry: LogEntry, epochMs: number) => string
}

/** An engine with machines. */
export abstract class MachineEngine extends Engine {
  abstract readonly kinds: ReadonlyMap<string, ProcessKind>
  abstract readonly programs: readonly Program[]
  abstract readonly images: ReadonlyMap<string, Image>
  /** Builds a process's first state. */
  abstract initState(proc: Proc): unknown
  /** A trace entry from outside any process: a container's, a link's. */
  abstract noteFor(host: string, code: string, subject: string, fields?: Record<string, string | number>): void
}

export interface Spawn {
  readonly kind: string
  readonly host: string
  readonly argv: readonly string[]
  readonly parent: Pid
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  readonly stdin: Fd
  readonly stdout: Fd
  readonly stderr: Fd
  readonly cause?: Event | Root
}

/** Exit status after a signal, as a shell shows it: 128 + its number. */
export const SIGNAL_NUMBER: Readonly<Record<Signal, number>> = { HUP: 1, INT: 2, QUIT: 3, KILL: 9, PIPE: 13, TERM: 15, CONT: 18, STOP: 19 }
