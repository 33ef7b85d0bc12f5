// The state of a zk-shell process: plain data.

import { List, PMap } from '../../base/index.ts'
import type { ConnId } from '../../kernel/index.ts'
import type { ZkClientState } from '../../zookeeper/client/index.ts'
import type { ScriptState } from '../script/index.ts'
import type { Answer, Ask, LineArgs, Reply } from './asks.ts'
import type { Cli } from './cli.ts'

/** kazoo's simplified state, whose changes its listeners hear. */
export type KazooState = 'LOST' | 'SUSPENDED' | 'CONNECTED'

/** One client: the shell's own, or one that a copy has opened. */
export interface ClientRec {
  zk: ZkClientState
  hosts: string[]
  kazoo: KazooState
  /** Its changes are shown by a new prompt. */
  shown: boolean
}

/** `child_watch` on one path. */
export interface ChildWatch {
  readonly verbose: boolean
  established: boolean
  stopped: boolean
  /** Children as last seen, in the server's order; null before the first time. */
  prior: string[] | null
}

/** `watch start` on one path. */
export interface WatchedTree {
  readonly debug: boolean
  counts: Record<string, number>
}

export interface ZkShellState {
  cli: Cli | null
  /** `boot`: the interpreter starts; `connect`: waiting for the first session; `run`; `exit`: "Exit?" is being asked. */
  stage: 'boot' | 'connect' | 'run' | 'exit'
  interactive: boolean
  /** Connects in the background and listens to changes of the connection. */
  asynchronous: boolean

  clients: Record<string, ClientRec>
  /** The client commands talk through, '' before the first. */
  main: string
  made: number
  hosts: string[]
  connected: boolean
  /** Changes of the connection break into a command; not within `loop`. */
  transitions: boolean

  cwd: string
  old: string
  prompt: string
  lastOutput: string
  history: List<string>
  conf: Record<string, string>
  /** Worst status of the lines run from standard input. */
  code: number

  /** What was typed and has no newline yet; then the lines waiting (null: end of input), `taken` of them gone. */
  partial: string
  lines: List<string | null>
  taken: number
  ended: boolean

  script: ScriptState<LineArgs, Ask, Answer> | null
  /** Counts lines, so that answers for one that is gone are known. */
  serial: number
  tickets: number
  arrived: PMap<Reply>
  /** The client whose session, or end, is waited for. */
  awaited: string
  word: { conn: ConnId; text: string } | null
  prints: number
  childWatches: Record<string, ChildWatch>
  /** The client they belong to, '' before the first. */
  childClient: string
  watches: { client: string; paths: Record<string, WatchedTree> } | null
}

export const initialState = (): ZkShellState => ({
  cli: null,
  stage: 'boot',
  interactive: true,
  asynchronous: true,
  clients: {},
  main: '',
  made: 0,
  hosts: [],
  connected: false,
  transitions: true,
  cwd: '/',
  old: '/',
  prompt: '',
  lastOutput: '',
  history: List.empty(),
  conf: {},
  code: 0,
  partial: '',
  lines: List.empty(),
  taken: 0,
  ended: false,
  script: null,
  serial: 0,
  tickets: 0,
  arrived: PMap.empty(),
  awaited: '',
  word: null,
  prints: 0,
  childWatches: {},
  childClient: '',
  watches: null,
})

/** What the prompt's bracket calls each state; a closed client is no client. */
const SHOWN: Readonly<Record<string, string>> = {
  CONNECTING: 'CONNECTING',
  CONNECTED: 'CONNECTED',
  CLOSING: 'CONNECTED',
  EXPIRED: 'EXPIRED_SESSION',
  AUTH_FAILED: 'AUTH_FAILED',
}
/** kazoo's client_state. */
export const clientState = (rec: ClientRec | undefined): string => SHOWN[rec?.zk.value ?? ''] ?? 'CLOSED'

/** Goes to a path; the prompt is made here and nowhere else, so it shows the state of this moment. */
export function updateCurdir(s: ZkShellState, path: string): void {
  s.old = s.cwd
  s.cwd = path
  const state = clientState(s.clients[s.main])
  s.prompt = `${state === 'CLOSED' ? '(DISCONNECTED)' : `(${state} [${s.hosts.join(',')}])`} ${path}> `
}
