// zk-shell as a process: what is typed becomes lines, each line a script; clients feed it; changes of the connection break in.

import { ms, PMap } from '../../base/index.ts'
import type { Context, Input, ProcessKind } from '../../kernel/index.ts'
import { zkClose, zkHandle, zkLeave, type ZkEvent } from '../../zookeeper/client/index.ts'
import { answer, asked, begin, interrupt, Interrupted, newScript, type Perform, type Step } from '../script/index.ts'
import { answerTo, nextLine, perform, sendWord, snapshot, type Events, type Tag } from './answers.ts'
import type { Answer, Ask, Do, LineArgs, LineResult, Reply } from './asks.ts'
import { parseCli } from './cli.ts'
import { lineScript } from './interpreter.ts'
import { initialState, updateCurdir, type ClientRec, type KazooState, type ZkShellState } from './state.ts'
import { onChildren, onKazooState, onWatch, showLater } from './watching.ts'

const VERSION = '1.2.5'
const HISTORY = '/root/.zk_shell/history'
const CONFIG = '/root/.zk_shell/config'
const HISTORY_KEPT = 1000
/** Lines run in one event; the rest in the next, so that a pasted book does not stop the world. */
const LINES_AT_ONCE = 200

const performer = (ctx: Context, s: ZkShellState): Perform<Do> => ({
  print: (text) => ctx.print(text),
  printError: (text) => ctx.printError(text),
  act: (what) => perform(ctx, s, what),
})

// --- Lines -----------------------------------------------------------------------------------------------------------------------------------------------------

function runScript(ctx: Context, s: ZkShellState, args: LineArgs): void {
  s.serial++
  s.script = newScript<LineArgs, Ask, Answer>(args)
  settle(ctx, s, s.serial, begin(lineScript, s.script, performer(ctx, s)))
}

/** Goes on with the running line. */
function resume(ctx: Context, s: ZkShellState, value: Answer): void {
  if (s.script) settle(ctx, s, s.serial, answer(lineScript, s.script, value, performer(ctx, s)))
}

/** Answers as long as answers are known. What answering did to a client may end the line. */
function settle(ctx: Context, s: ZkShellState, serial: number, first: Step<Ask, LineResult>): void {
  let step = first
  for (;;) {
    if (step.kind === 'done') {
      s.script = null
      if (s.arrived.size > 0) s.arrived = PMap.empty()
      finished(ctx, s, step.result)
      return
    }
    const events: Events = []
    const now = answerTo(ctx, s, step.ask, events)
    for (const { client, events: those } of events) onClientEvents(ctx, s, client, those)
    if (!now || s.serial !== serial || !s.script) return
    step = answer(lineScript, s.script, now.value, performer(ctx, s))
  }
}

function finished(ctx: Context, s: ZkShellState, result: LineResult): void {
  if ('exit' in result) leave(ctx, s, result.exit)
  else if (s.stage === 'connect') greet(ctx, s)
  else if (s.interactive) ctx.print(s.prompt)
  else {
    if (result.rv !== undefined) s.code = 1
    if (!s.cli!.runFromStdin) leave(ctx, s, s.code)
  }
}

/** Drops the running line, whatever it waited for. */
function abandon(ctx: Context, s: ZkShellState): void {
  s.serial++
  s.script = null
  s.transitions = true
  s.awaited = ''
  s.arrived = PMap.empty()
  for (const key of ['line', 'sleep', 'connect', 'word']) ctx.clearTimer(key)
  if (s.word) ctx.close(s.word.conn)
  s.word = null
}

/** Runs the lines that wait while nothing else runs. */
function pump(ctx: Context, s: ZkShellState): void {
  for (let i = 0; !s.script; i++) {
    if (s.stage === 'boot' || s.stage === 'connect') return
    // Standard input is read to its end before the first line of it runs.
    if (!s.interactive && (!s.cli!.runFromStdin || !s.ended)) return
    if (i >= LINES_AT_ONCE) {
      ctx.timer('pump', ms(1))
      return
    }
    const next = nextLine(s)
    if (!next) return
    const line = next.value as string | null
    if (s.stage === 'exit') confirmed(ctx, s, line)
    else if (s.interactive) {
      if (ctx.isTerminal && line !== null && line !== '' && line !== s.history.last())
        s.history = s.history.push(line).keepLast(HISTORY_KEPT)
      runScript(ctx, s, { line: line ?? 'EOF' })
    } else if (line === null) {
      leave(ctx, s, s.code)
      return
    } else runScript(ctx, s, { line: line.trimEnd() })
  }
}

function confirmed(ctx: Context, s: ZkShellState, line: string | null): void {
  s.stage = 'run'
  if (line === 'y') leave(ctx, s, 0)
  else ctx.print(s.prompt)
}

function leave(ctx: Context, s: ZkShellState, code: number): void {
  s.script = null
  s.stage = 'boot'
  if (s.interactive && ctx.isTerminal)
    ctx.files.write(
      HISTORY,
      s.history
        .toArray()
        .map((line) => `${line}\n`)
        .join(''),
    )
  for (const { zk } of Object.values(s.clients)) zkLeave(ctx, zk)
  ctx.exit(code)
}

// --- Start -----------------------------------------------------------------------------------------------------------------------------------------------------

function boot(ctx: Context, s: ZkShellState): void {
  const parsed = parseCli(ctx.argv.slice(1))
  if (!('cli' in parsed)) {
    if (parsed.text !== '') ctx.print(parsed.text)
    if (parsed.error !== '') ctx.printError(parsed.error)
    ctx.exit(parsed.code)
    return
  }
  const { cli } = parsed
  if (cli.version) {
    ctx.print(`${VERSION}\n`)
    ctx.exit(0)
    return
  }
  s.cli = { ...cli, hosts: [...cli.hosts] }
  s.interactive = cli.runOnce === '' && !cli.runFromStdin
  s.asynchronous = s.interactive && !cli.syncConnect
  s.hosts = [...cli.hosts]
  for (const line of (ctx.files.read(CONFIG) ?? '').split('\n')) {
    const colon = line.indexOf(': ')
    if (colon > 0) s.conf[line.slice(0, colon)] = line.slice(colon + 2)
  }
  if (s.interactive && ctx.isTerminal) {
    for (const line of (ctx.files.read(HISTORY) ?? '').split('\n')) if (line !== '') s.history = s.history.push(line).keepLast(HISTORY_KEPT)
  }
  s.stage = 'connect'
  if (cli.hosts.length > 0) runScript(ctx, s, { line: `\0${cli.hosts.join('\0')}` })
  else {
    updateCurdir(s, '/')
    greet(ctx, s)
  }
}

/** The connection is begun, or there: the first prompt, or the first line. */
function greet(ctx: Context, s: ZkShellState): void {
  s.stage = 'run'
  if (s.interactive) {
    ctx.print(`Welcome to zk-shell (${VERSION})\n${s.prompt}`)
  } else if (!s.cli!.runFromStdin) runScript(ctx, s, { line: s.cli!.runOnce })
}

// --- ZooKeeper -------------------------------------------------------------------------------------------------------------------------------------------------

function onClientEvents(ctx: Context, s: ZkShellState, client: string, events: readonly ZkEvent[]): void {
  // A change of state is signalled to the main thread before it has been told of its lost request.
  for (const event of events) if (event.type === 'state') onState(ctx, s, client, event.state)
  for (const event of events) {
    if (event.type === 'watch') onWatch(ctx, s, client, event)
    else if (event.type === 'reply') onReply(ctx, s, event.tag as Tag, { err: event.reply.err, result: event.reply.result })
  }
}

function onReply(ctx: Context, s: ZkShellState, tag: Tag, reply: Reply): void {
  switch (tag.kind) {
    case 'ask':
      if (tag.serial === s.serial) resume(ctx, s, reply)
      return
    case 'send':
      if (tag.serial !== s.serial || !s.script) return
      {
        const ask = asked<unknown, Ask, Answer>(s.script)
        if (ask?.ask === 'wait' && ask.ticket === tag.ticket) resume(ctx, s, reply)
        else s.arrived = s.arrived.set(String(tag.ticket), Object.freeze(reply))
      }
      return
    case 'children':
      onChildren(ctx, s, tag.path, reply.err, reply.result?.children ?? [])
      return
    case 'tree':
  }
}

const KAZOO: Readonly<Record<string, KazooState>> = { connected: 'CONNECTED', disconnected: 'SUSPENDED', expired: 'LOST', closed: 'LOST' }

function onState(ctx: Context, s: ZkShellState, client: string, state: 'connected' | 'disconnected' | 'expired' | 'closed'): void {
  const rec = s.clients[client]
  if (!rec) return
  const kazoo = KAZOO[state]!
  if (rec.kazoo !== kazoo) {
    rec.kazoo = kazoo
    onKazooState(ctx, s, client, kazoo)
    if (rec.shown) changed(ctx, s, rec)
  }
  if (s.awaited === client) arrivedAt(ctx, s, client, state)
  if (state === 'closed' && client !== s.main && !rec.shown && client !== s.childClient && client !== s.watches?.client)
    delete s.clients[client]
}

/** The shell hears of a change: a line of its own, a fresh prompt at the root, and the command that ran is gone. */
function changed(ctx: Context, s: ZkShellState, rec: ClientRec): void {
  s.connected = rec.kazoo === 'CONNECTED'
  s.hosts = [...rec.hosts]
  updateCurdir(s, '/')
  showLater(ctx, s, '')
  if (!s.transitions) return
  if (s.stage === 'exit') {
    // The question is asked where nothing catches the signal.
    ctx.printError('zk_shell.cli.StateTransition\n')
    leave(ctx, s, 1)
    return
  }
  const greeted = s.stage === 'run'
  abandon(ctx, s)
  if (greeted) ctx.print(s.prompt)
}

/** What a line waits for from a client has come, or never will. */
function arrivedAt(ctx: Context, s: ZkShellState, client: string, state: string): void {
  const ask = s.script ? asked<unknown, Ask, Answer>(s.script) : undefined
  const done = (value: Answer): void => {
    s.awaited = ''
    ctx.clearTimer('connect')
    resume(ctx, s, value)
  }
  if (state === 'connected') {
    if (ask?.ask === 'connect') {
      s.connected = true
      s.hosts = [...s.clients[client]!.hosts]
      updateCurdir(s, '/')
      done({ client, chrooted: s.clients[client]!.zk.chroot !== '' })
    } else if (ask?.ask === 'open') done(client)
    else if (ask?.ask === 'drop') done(null)
  } else if (state === 'closed' && ask?.ask === 'close') {
    if (client === s.main) s.connected = false
    done(null)
  }
}

/** The session did not come in time. */
function gaveUp(ctx: Context, s: ZkShellState): void {
  const ask = s.script ? asked<unknown, Ask, Answer>(s.script) : undefined
  const rec = s.clients[s.awaited]
  if (rec) zkClose(ctx, rec.zk)
  s.awaited = ''
  if (ask?.ask === 'connect' && rec) {
    s.hosts = [...rec.hosts]
    updateCurdir(s, '/')
  }
  resume(ctx, s, ask?.ask === 'open' ? '' : null)
}

// --- Inputs ----------------------------------------------------------------------------------------------------------------------------------------------------

function onWordInput(ctx: Context, s: ZkShellState, input: Input): void {
  const end = (error: string | null): void => {
    const text = s.word!.text
    s.word = null
    ctx.clearTimer('word')
    resume(ctx, s, { text, error })
  }
  if (input.type === 'open') sendWord(ctx, s)
  else if (input.type === 'message') s.word!.text += (input.message as unknown as { text?: string }).text ?? ''
  else if (input.type === 'refused') end(input.timeout ? 'timed out' : '[Errno 111] Connection refused')
  else if (input.type === 'closed') end(input.reset && s.word!.text === '' ? '[Errno 104] Connection reset by peer' : null)
}

function onTyped(s: ZkShellState, text: string): void {
  const parts = (s.partial + text).split('\n')
  s.partial = parts.pop()!
  for (const line of parts) s.lines = s.lines.push(line)
}

/** Ctrl-C: some commands end quietly, from everything else it asks whether to leave. */
function onInterrupt(ctx: Context, s: ZkShellState): void {
  const { script } = s
  if (script && s.stage === 'run') {
    for (const key of ['line', 'sleep', 'connect', 'word']) ctx.clearTimer(key)
    if (s.word) ctx.close(s.word.conn)
    s.word = null
    // Answers still on their way are for the command as it was.
    s.serial++
    try {
      settle(ctx, s, s.serial, interrupt(lineScript, script, 'INT', performer(ctx, s)))
      return
    } catch (e) {
      if (!(e instanceof Interrupted)) throw e
      abandon(ctx, s)
    }
  }
  if (s.interactive && s.stage === 'run') {
    s.stage = 'exit'
    ctx.print('\nExit? (y|n) ')
    return
  }
  ctx.printError('KeyboardInterrupt\n')
  leave(ctx, s, s.stage === 'exit' ? 1 : 130)
}

function onTimer(ctx: Context, s: ZkShellState, key: string): void {
  switch (key) {
    case 'boot':
      boot(ctx, s)
      return
    case 'line':
      resume(ctx, s, snapshot(s))
      return
    case 'sleep':
      resume(ctx, s, null)
      return
    case 'connect':
      gaveUp(ctx, s)
      return
    case 'word':
      if (!s.word) return
      ctx.close(s.word.conn)
      s.word = null
      resume(ctx, s, { text: '', error: 'timed out' })
  }
}

function handle(ctx: Context, s: ZkShellState, input: Input): void {
  switch (input.type) {
    case 'start':
      ctx.timer('boot', ctx.cost('zk-shell.start'))
      return
    case 'input':
      onTyped(s, input.text)
      break
    case 'eof':
      if (s.partial !== '') onTyped(s, '\n')
      s.lines = s.lines.push(null)
      s.ended = true
      break
    case 'signal':
      if (input.signal === 'INT') onInterrupt(ctx, s)
      break
    case 'open':
    case 'refused':
    case 'message':
    case 'closed':
    case 'timer': {
      if (input.type !== 'timer' && s.word?.conn === input.conn) {
        onWordInput(ctx, s, input)
        break
      }
      for (const name of Object.keys(s.clients)) {
        const events = zkHandle(ctx, s.clients[name]!.zk, input)
        if (!events) continue
        onClientEvents(ctx, s, name, events)
        break
      }
      if (input.type === 'timer') onTimer(ctx, s, input.key)
      break
    }
    default:
      return
  }
  // A line asked for is answered by what was typed.
  const ask = s.script ? asked<unknown, Ask, Answer>(s.script) : undefined
  if (ask?.ask === 'line' && (input.type === 'input' || input.type === 'eof')) {
    const next = nextLine(s)
    if (next) resume(ctx, s, next.value)
  }
  pump(ctx, s)
}

/** zk-shell 1.2.5. `argv`: what its own command line takes. */
export const zkShellKind: ProcessKind<ZkShellState> = {
  name: 'zk-shell',
  handles: ['INT'],
  init: initialState,
  handle,
}
