// What a zk-shell command asks of its process, and what it lets it do: the border between the commands (scripts) and the handler that drives them.

import type { ZkOp, ZkResult } from '../../zookeeper/protocol/index.ts'

/** The shell as it is when a command begins. */
export interface Snapshot {
  /** What commands that need a connection go by. */
  readonly connected: boolean
  readonly cwd: string
  readonly old: string
  readonly lastOutput: string
  /** The client commands talk through; '' before the first. */
  readonly client: string
  readonly conf: Readonly<Record<string, string>>
}

/** What `session_info` shows, and where four-letter words go. */
export interface SessionView {
  readonly state: string
  readonly sessionId: string
  readonly auths: readonly { readonly scheme: string; readonly id: string }[]
  readonly xid: number
  readonly lastZxid: number
  readonly timeoutMs: number
  readonly client: { readonly ip: string; readonly port: number }
  readonly server: { readonly ip: string; readonly port: number; readonly host: string }
  readonly dataWatches: readonly string[]
  readonly childWatches: readonly string[]
}

/** The end of a request: 0, or a code of `ERR`. */
export interface Reply {
  readonly err: number
  readonly result: ZkResult | undefined
}

export type Ask =
  /** A new line begins: takes the time the interpreter takes. */
  | { readonly ask: 'shell' }
  | { readonly ask: 'history' }
  | { readonly ask: 'session' }
  /** One request and its answer. `watcher`: `print`, `tree` or `child` and the watched path. */
  | { readonly ask: 'zk'; readonly client: string; readonly op: ZkOp; readonly watcher?: string }
  /** A request whose answer is waited for later: gives a ticket. */
  | { readonly ask: 'send'; readonly client: string; readonly op: ZkOp }
  | { readonly ask: 'wait'; readonly ticket: number }
  | { readonly ask: 'sleep'; readonly seconds: number }
  /** Milliseconds since the epoch, with a fraction. */
  | { readonly ask: 'now' }
  /** A typed line after this question; null at the end of input. */
  | { readonly ask: 'line'; readonly prompt: string }
  | { readonly ask: 'resolve'; readonly host: string }
  /** A four-letter word over a socket of its own. */
  | { readonly ask: 'word'; readonly ip: string; readonly port: number; readonly word: string }
  /** A new main client: its name and whether it has a chroot to look for. Connecting synchronously it is waited for; null when its session did not come. */
  | { readonly ask: 'connect'; readonly hosts: readonly string[] }
  /** A client for a copy, awaited for 15 s: its name, or ''. */
  | { readonly ask: 'open'; readonly host: string; readonly scheme: string; readonly credential: string }
  | { readonly ask: 'close'; readonly client: string }
  /** Shuts the main client's socket down and waits for it to be back. */
  | { readonly ask: 'drop' }
  /** What `watch` counts: path -> changes, in order; null when the path is not watched. */
  | { readonly ask: 'watched'; readonly path: string }
  | { readonly ask: 'watchedPaths' }
  /** Which path's child watch is on. */
  | { readonly ask: 'childWatched'; readonly path: string }
  | { readonly ask: 'file'; readonly path: string }

export type Do =
  | { readonly do: 'output'; readonly text: string }
  | { readonly do: 'cd'; readonly path: string }
  | { readonly do: 'conf'; readonly name: string; readonly value: string }
  | { readonly do: 'write'; readonly path: string; readonly text: string }
  | { readonly do: 'transitions'; readonly on: boolean }
  | { readonly do: 'disconnected' }
  | { readonly do: 'watch'; readonly path: string; readonly debug: boolean }
  | { readonly do: 'unwatch'; readonly path: string }
  | { readonly do: 'childWatch'; readonly path: string; readonly verbose: boolean }
  | { readonly do: 'childUnwatch'; readonly path: string }
  | { readonly do: 'childSeen'; readonly path: string; readonly err: number; readonly children: readonly string[] }

/** Whatever was asked for; each helper knows its own. */
export type Answer = unknown

/** A piece of a command. */
export type Cmd<T = void> = Generator<Ask, T, Answer>

/** What a command returns, as Python's cmd module sees it: None, True or False. */
export type Rv = undefined | boolean

/** What a script was started for. */
export type LineArgs = { readonly line: string; readonly resume?: Resume }
/** Where an endless command goes on after it has dropped its past. */
export type Resume = { readonly round: number }

/** How a line ended: with a value, or by leaving the shell. */
export type LineResult = { readonly rv: Rv } | { readonly exit: number }
