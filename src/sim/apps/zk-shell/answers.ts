// Answers to what a command asks: at once where they are known, else later by the inputs that bring them.

import { List, ms, seconds, us } from '../../base/index.ts'
import type { Context } from '../../kernel/index.ts'
import { clientView, zkClient, zkClose, zkDrop, zkRequest, zkStart, type ZkEvent } from '../../zookeeper/client/index.ts'
import { ERR, type TextMessage } from '../../zookeeper/protocol/index.ts'
import { asked } from '../script/index.ts'
import type { Answer, Ask, Do, Reply, SessionView, Snapshot } from './asks.ts'
import { parseNetloc } from './commands/session.ts'
import { clientState, updateCurdir, type ClientRec, type ZkShellState } from './state.ts'
import { onChildren } from './watching.ts'

/** What a request carries, to find its way back. `serial`: the line it was made for. */
export type Tag =
  | { readonly kind: 'ask'; readonly serial: number }
  | { readonly kind: 'send'; readonly serial: number; readonly ticket: number }
  | { readonly kind: 'children'; readonly path: string }
  | { readonly kind: 'tree' }

/** The end of a four-letter connection is waited for so long. */
const WORD_TIMEOUT = seconds(3)
/** A copy's own client has this long. */
const OPEN_TIMEOUT = seconds(15)
/** Rounds of a loop after which it goes by the clock and no longer hangs on the line that began it. */
const ROUNDS_CAUSED = 50

/** Something that may be known at once. */
export type Now = { readonly value: Answer } | undefined
/** Events of a client that came of an answer and are still to be dealt with. */
export type Events = { client: string; events: readonly ZkEvent[] }[]

const known = (value: Answer): Now => ({ value })
const refused = (rec: ClientRec | undefined): Reply => ({
  err: rec?.zk.value === 'AUTH_FAILED' ? ERR.authFailed : ERR.sessionExpired,
  result: undefined,
})

/** Makes a client and begins to connect. Hosts may carry credentials. */
function makeClient(ctx: Context, s: ZkShellState, words: readonly string[], timeoutMs: number, shown: boolean, events: Events): string {
  const parsed = words.map(parseNetloc)
  const hosts = parsed.map((one) => one.host)
  const auth = parsed.filter((one) => one.scheme !== '').map((one) => ({ scheme: one.scheme, id: one.credential }))
  const name = `zk${++s.made}`
  const zk = zkClient({ name, connect: hosts.join(','), timeoutMs, style: 'kazoo', auth })
  s.clients[name] = { zk, hosts, kazoo: 'LOST', shown }
  events.push({ client: name, events: zkStart(ctx, s.clients[name].zk) })
  return name
}

export function snapshot(s: ZkShellState): Snapshot {
  return { connected: s.connected, cwd: s.cwd, old: s.old, lastOutput: s.lastOutput, client: s.main, conf: { ...s.conf } }
}

function session(ctx: Context, s: ZkShellState): SessionView | null {
  const rec = s.clients[s.main]
  if (!rec) return null
  const view = clientView(rec.zk)
  const peer = rec.zk.conn === 0 ? undefined : ctx.peer(rec.zk.conn)
  return {
    state: clientState(rec),
    sessionId: view.sessionId,
    auths: [...rec.zk.auths].map((auth) => ({ ...auth })),
    xid: view.xid,
    lastZxid: view.lastZxid,
    timeoutMs: rec.zk.options.timeoutMs,
    client: { ip: ctx.ip, port: rec.zk.conn === 0 ? 0 : ctx.localPort(rec.zk.conn) },
    server: { ip: peer?.ip ?? '', port: peer?.port ?? 0, host: peer?.host ?? '' },
    dataWatches: view.watches.data,
    childWatches: view.watches.child,
  }
}

function startWord(ctx: Context, s: ZkShellState, ask: Extract<Ask, { ask: 'word' }>): Now {
  const conn = ctx.connect(ask.ip, ask.port)
  if (conn === undefined) return known({ text: '', error: '[Errno 113] No route to host' })
  s.word = { conn, text: '' }
  ctx.timer('word', WORD_TIMEOUT)
  return undefined
}

/** Once connected, the word goes out. */
export function sendWord(ctx: Context, s: ZkShellState): void {
  const ask = s.script ? asked<unknown, Ask, Answer>(s.script) : undefined
  if (!s.word || ask?.ask !== 'word') return
  const message: TextMessage = { proto: 'text', kind: 'text', text: `${ask.word}\n` }
  ctx.send(s.word.conn, message, { bytes: message.text.length })
}

/** The answer if it is there now; else what brings it has been set going. */
export function answerTo(ctx: Context, s: ZkShellState, ask: Ask, events: Events): Now {
  switch (ask.ask) {
    case 'shell':
      ctx.timer('line', ctx.cost('zk-shell.command'))
      return undefined
    case 'history':
      return known(s.history.toArray())
    case 'session':
      return known(session(ctx, s))
    case 'zk': {
      const rec = s.clients[ask.client]
      const tag: Tag = { kind: 'ask', serial: s.serial }
      const watcher = ask.watcher === 'print' ? `print ${++s.prints}` : ask.watcher
      if (rec && zkRequest(ctx, rec.zk, ask.op, tag, watcher === undefined ? {} : { watcher })) return undefined
      return known(refused(rec))
    }
    case 'send': {
      const rec = s.clients[ask.client]
      const ticket = ++s.tickets
      const tag: Tag = { kind: 'send', serial: s.serial, ticket }
      if (!rec || !zkRequest(ctx, rec.zk, ask.op, tag)) s.arrived = s.arrived.set(String(ticket), refused(rec))
      return known(ticket)
    }
    case 'wait': {
      const reply = s.arrived.get(String(ask.ticket))
      s.arrived = s.arrived.delete(String(ask.ticket))
      return reply && known(reply)
    }
    case 'sleep': {
      const round = s.script?.args.at(0)?.resume?.round ?? 0
      const cut = round > 0 && round % ROUNDS_CAUSED === 0
      // Even no time at all gives others their turn.
      ctx.timer('sleep', us(Math.max(100, Math.min(ask.seconds, 1e9) * 1e6)), cut ? { periodic: 'zk-shell: the next round of a loop' } : {})
      return undefined
    }
    case 'now':
      return known(ctx.now / 1000)
    case 'line':
      if (ask.prompt !== '') ctx.print(ask.prompt)
      return nextLine(s)
    case 'resolve':
      return known(/^\d+\.\d+\.\d+\.\d+$/.test(ask.host) ? ask.host : (ctx.resolve(ask.host) ?? null))
    case 'word':
      return startWord(ctx, s, ask)
    case 'connect':
      s.main = makeClient(ctx, s, ask.hosts, s.cli!.connectTimeoutMs, s.asynchronous, events)
      for (const name of Object.keys(s.clients)) {
        if (name !== s.main && name !== s.childClient && name !== s.watches?.client && clientState(s.clients[name]) === 'CLOSED')
          delete s.clients[name]
      }
      if (s.asynchronous) {
        updateCurdir(s, '/')
        // Which is first, the connection's thread or the prompt, is a race that the prompt mostly wins.
        if (ctx.choice('zk-shell first prompt') !== 'CONNECTING') s.prompt = `(DISCONNECTED) ${s.cwd}> `
        return known({ client: s.main, chrooted: false })
      }
      s.awaited = s.main
      ctx.timer('connect', ms(s.cli!.connectTimeoutMs))
      return undefined
    case 'open': {
      const word = ask.scheme === '' ? ask.host : `${ask.scheme}:${ask.credential}@${ask.host}`
      s.awaited = makeClient(ctx, s, [word], 10_000, false, events)
      ctx.timer('connect', OPEN_TIMEOUT)
      return undefined
    }
    case 'close': {
      const rec = s.clients[ask.client]
      if (!rec || clientState(rec) === 'CLOSED') return known(null)
      s.awaited = ask.client
      zkClose(ctx, rec.zk)
      return undefined
    }
    case 'drop': {
      const rec = s.clients[s.main]
      if (!rec) return known(null)
      s.awaited = s.main
      events.push({ client: s.main, events: zkDrop(ctx, rec.zk) })
      return undefined
    }
    case 'watchedPaths':
      s.watches ??= { client: s.main, paths: {} }
      return known({ client: s.watches.client, paths: Object.keys(s.watches.paths) })
    case 'watched': {
      const tree = s.watches?.paths[ask.path]
      return known(tree ? Object.entries(tree.counts).map(([path, count]) => ({ path, count })) : null)
    }
    case 'childWatched':
      // All child watches belong to the client that was the main one when the command was first used.
      if (s.childClient === '') s.childClient = s.main
      return known({ on: s.childWatches[ask.path] !== undefined, client: s.childClient })
    case 'file':
      return known(ctx.files.read(ask.path) ?? null)
  }
}

/** The next line typed, if there is one. */
export function nextLine(s: ZkShellState): Now {
  if (s.taken >= s.lines.end) return s.ended && !s.interactive ? known(null) : undefined
  const line = s.lines.at(s.taken++)!
  if (s.taken < s.lines.end) s.lines = s.lines.keepLast(s.lines.end - s.taken)
  else {
    s.lines = List.empty()
    s.taken = 0
  }
  return known(line)
}

/** Does what a command wants done. */
export function perform(ctx: Context, s: ZkShellState, what: Do): void {
  switch (what.do) {
    case 'output':
      s.lastOutput = what.text
      return
    case 'cd':
      updateCurdir(s, what.path)
      return
    case 'conf':
      s.conf[what.name] = what.value
      return
    case 'write':
      ctx.files.write(what.path, what.text)
      return
    case 'transitions':
      s.transitions = what.on
      return
    case 'disconnected':
      s.connected = false
      s.main = ''
      s.hosts = []
      updateCurdir(s, '/')
      return
    case 'watch':
      s.watches ??= { client: s.main, paths: {} }
      s.watches.paths[what.path] = { debug: what.debug, counts: {} }
      return
    case 'unwatch':
      if (s.watches) delete s.watches.paths[what.path]
      return
    case 'childWatch':
      s.childWatches[what.path] = { verbose: what.verbose, established: false, stopped: false, prior: null }
      return
    case 'childUnwatch':
      delete s.childWatches[what.path]
      return
    case 'childSeen':
      onChildren(ctx, s, what.path, what.err, what.children)
  }
}
