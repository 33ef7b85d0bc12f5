// What a reader has pointed at: one thing of the cluster, by its name. Stage, inspector, timeline and playback share this shape; the URL may carry it.

import type { Conn, HostName, Pid } from '../../sim/index.ts'

export type Selection =
  | { readonly kind: 'host'; readonly host: HostName }
  /** The wire between two hosts; `a` and `b` in the order of `orderedPair`. */
  | { readonly kind: 'link'; readonly a: HostName; readonly b: HostName }
  /** A ZooKeeper session, by its id: sixteen-digit-or-less lower-case hex without `0x`. */
  | { readonly kind: 'session'; readonly id: string }
  | { readonly kind: 'process'; readonly pid: Pid }
  | { readonly kind: 'connection'; readonly conn: Conn['id'] }
  /** A message on its way or just arrived, by the packet's id. */
  | { readonly kind: 'packet'; readonly id: number }
  /** An entry of the trace, by its id. */
  | { readonly kind: 'trace'; readonly id: number }
  | { readonly kind: 'znode'; readonly path: string }
  | { readonly kind: 'topic'; readonly topic: string }
  | { readonly kind: 'partition'; readonly topic: string; readonly partition: number }
  /** A file or folder on a host's disk. */
  | { readonly kind: 'file'; readonly host: HostName; readonly path: string }

/** A stable text for a selection: keys of shapes and of lists. */
export function selectionKey(selection: Selection): string {
  switch (selection.kind) {
    case 'host':
      return `host:${selection.host}`
    case 'link':
      return `link:${selection.a}:${selection.b}`
    case 'session':
      return `session:${selection.id}`
    case 'process':
      return `process:${selection.pid}`
    case 'connection':
      return `connection:${selection.conn}`
    case 'packet':
      return `packet:${selection.id}`
    case 'trace':
      return `trace:${selection.id}`
    case 'znode':
      return `znode:${selection.path}`
    case 'topic':
      return `topic:${selection.topic}`
    case 'partition':
      return `partition:${selection.topic}-${selection.partition}`
    case 'file':
      return `file:${selection.host}:${selection.path}`
  }
}

export const sameSelection = (a: Selection | undefined, b: Selection | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && selectionKey(a) === selectionKey(b))

/** `kafka2` before `kafka10`, without the locale. */
export function compareNames(a: string, b: string): number {
  const left = /^(.*?)(\d*)$/.exec(a)
  const right = /^(.*?)(\d*)$/.exec(b)
  const stemA = left?.[1] ?? a
  const stemB = right?.[1] ?? b
  if (stemA !== stemB) return stemA < stemB ? -1 : 1
  return Number(left?.[2] || 0) - Number(right?.[2] || 0)
}

/** Two host names in the one order in which a link bears them. */
export const orderedPair = (a: HostName, b: HostName): readonly [HostName, HostName] => (compareNames(a, b) <= 0 ? [a, b] : [b, a])
