// What happens in the background: watch events, and the two kinds of watchers that ask again by themselves.

import type { Context } from '../../kernel/index.ts'
import { zkRequest, type ZkEvent } from '../../zookeeper/client/index.ts'
import { ERR } from '../../zookeeper/protocol/index.ts'
import { ndiff } from './py/difflib.ts'
import { reprText, sortedText } from './py/text.ts'
import { MAX_OUTPUT } from './sh.ts'
import { clientState, type KazooState, type ZkShellState } from './state.ts'

type Watch = Extract<ZkEvent, { type: 'watch' }>

/** kazoo's names of event types. */
const TYPES: Readonly<Record<string, string>> = {
  NodeCreated: 'CREATED',
  NodeDeleted: 'DELETED',
  NodeDataChanged: 'CHANGED',
  NodeChildrenChanged: 'CHILD',
  None: 'NONE',
}

/** Output from outside a command. */
export function showLater(ctx: Context, s: ZkShellState, text: string): void {
  s.lastOutput = text.slice(0, MAX_OUTPUT)
  ctx.print(text + '\n')
}

const describe = (s: ZkShellState, client: string, event: Watch['event']): string =>
  `WatchedEvent(type=${reprText(TYPES[event.type]!)}, state=${reprText(clientState(s.clients[client]))}, path=${event.path === null ? 'None' : reprText(event.path)})`

/** A watch of one of our clients has fired for one of its watchers. */
export function onWatch(ctx: Context, s: ZkShellState, client: string, { event, watcher = '' }: Watch): void {
  if (watcher.startsWith('print')) showLater(ctx, s, describe(s, client, event))
  else if (watcher === 'tree') onTreeEvent(ctx, s, client, event)
  else if (watcher.startsWith('child ') && event.type !== 'None') fetchChildren(ctx, s, watcher.slice('child '.length))
}

/** `watch` counts changes of children under the paths it was given, and watches on. */
function onTreeEvent(ctx: Context, s: ZkShellState, client: string, event: Watch['event']): void {
  const paths = s.watches?.paths ?? {}
  for (const [path, tree] of Object.entries(paths)) {
    if (event.path === null) {
      // The real one does not expect an event without a path; its worker thread says so.
      ctx.printError(
        "ERROR:kazoo.handlers.threading:Exception in worker queue thread\nAttributeError: 'NoneType' object has no attribute 'startswith'\n",
      )
      return
    }
    if (!event.path.startsWith(path)) continue
    if (event.type === 'NodeChildrenChanged') tree.counts[event.path] = (tree.counts[event.path] ?? 0) + 1
    if (tree.debug) ctx.print(describe(s, client, event) + '\n')
  }
  if (event.type !== 'NodeChildrenChanged') return
  const rec = s.clients[client]
  if (rec) zkRequest(ctx, rec.zk, { op: 'getChildren', path: event.path || '/', watch: true }, { kind: 'tree' }, { watcher: 'tree' })
}

function fetchChildren(ctx: Context, s: ZkShellState, path: string): void {
  const watch = s.childWatches[path]
  const rec = s.clients[s.childClient]
  if (!watch || watch.stopped || !rec) return
  zkRequest(ctx, rec.zk, { op: 'getChildren', path, watch: true }, { kind: 'children', path }, { watcher: `child ${path}` })
}

/** Children of a watched path have come (kazoo's ChildrenWatch, and zk-shell's handler behind it). */
export function onChildren(ctx: Context, s: ZkShellState, path: string, err: number, children: readonly string[]): void {
  const watch = s.childWatches[path]
  if (!watch || watch.stopped) return
  if (err === ERR.noNode) watch.stopped = true
  if (err !== 0) return
  if (!watch.established) {
    watch.established = true
    if (watch.prior && watch.prior.join('\n') === children.join('\n')) return
  }
  const before = watch.prior ?? []
  const text = watch.verbose
    ? `\n${path}:\n${ndiff(sortedText(before), sortedText(children)).join('\n')}`
    : `\n${path}:${children.length}\n`
  watch.prior = [...children]
  showLater(ctx, s, text)
}

/** A client's connection has changed: watchers lose what they had, or ask again. */
export function onKazooState(ctx: Context, s: ZkShellState, client: string, state: KazooState): void {
  if (s.watches?.client === client && state === 'LOST') s.watches.paths = {}
  if (client !== s.childClient) return
  for (const [path, watch] of Object.entries(s.childWatches)) {
    if (state !== 'CONNECTED') watch.established = false
    else if (!watch.established) fetchChildren(ctx, s, path)
  }
}
