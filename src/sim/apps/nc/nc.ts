// nc (OpenBSD's, as Debian has it): standard input to a TCP port, what comes back to standard output.

import { seconds } from '../../base/index.ts'
import type { ConnId, Context, Message, ProcessKind } from '../../kernel/index.ts'

interface Options {
  /** Seconds to stay after the end of the input; -1: until the other side closes. */
  quitAfter: number
  /** Seconds of silence after which it gives up; 0: never. */
  timeout: number
  scan: boolean
  verbose: boolean
}
export interface NcState {
  options: Options
  host: string
  port: number
  conn: ConnId
  open: boolean
  /** Input that came before the connection was open. */
  waiting: string
  ended: boolean
}
interface Text extends Message {
  readonly text: string
}

const USAGE = 'usage: nc [-nvz] [-q seconds] [-w timeout] destination port\n'
/** Options of the real one that are not modelled. */
const UNMODELLED = '46bCDdFhiklMmNOPrSsTtUuVWXx'

export const ncKind: ProcessKind<NcState> = {
  name: 'nc',
  init: () => ({
    options: { quitAfter: -1, timeout: 0, scan: false, verbose: false },
    host: '',
    port: 0,
    conn: 0,
    open: false,
    waiting: '',
    ended: false,
  }),
  handle(ctx, state, input) {
    switch (input.type) {
      case 'start':
        return start(ctx, state)
      case 'open':
        return opened(ctx, state)
      case 'refused':
        if (state.options.verbose || input.timeout) {
          const reason = input.timeout ? 'Connection timed out' : 'Connection refused'
          ctx.printError(`nc: connect to ${state.host} port ${state.port} (tcp) failed: ${reason}\n`)
        }
        return ctx.exit(1)
      case 'input':
        if (state.open) sendText(ctx, state, input.text)
        else state.waiting += input.text
        return
      case 'eof':
        state.ended = true
        if (state.open) inputEnded(ctx, state)
        return
      case 'message':
        ctx.print((input.message as Text).text ?? '')
        if (state.options.timeout > 0) ctx.timer('idle', seconds(state.options.timeout))
        return
      case 'closed':
        return ctx.exit(0)
      case 'timer':
        return ctx.exit(input.key === 'idle' && !state.open ? 1 : 0)
      default:
    }
  },
}

/** The options, or what is wrong with them. */
function parse(args: readonly string[]): { options: Options; words: string[] } | string {
  const options: Options = { quitAfter: -1, timeout: 0, scan: false, verbose: false }
  const words: string[] = []
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!
    if (!/^-./.test(arg)) {
      words.push(arg)
      continue
    }
    for (let k = 1; k < arg.length; k++) {
      const letter = arg[k]!
      if (letter === 'z') options.scan = true
      else if (letter === 'v') options.verbose = true
      else if (letter === 'q' || letter === 'w') {
        const value = arg.slice(k + 1) || args[++i]
        if (value === undefined) return `nc: option requires an argument -- '${letter}'\n${USAGE}`
        if (!/^-?\d+$/.test(value)) return `nc: ${letter === 'w' ? 'timeout' : 'quit timer'} invalid: ${value}\n`
        if (letter === 'q') options.quitAfter = Number(value)
        else options.timeout = Number(value)
        break
      } else if (UNMODELLED.includes(letter)) return `nc: the option -${letter} is not modelled here\n`
      else if (letter !== 'n') return `nc: invalid option -- '${letter}'\n${USAGE}`
    }
  }
  return { options, words }
}

function start(ctx: Context, state: NcState): void {
  const parsed = parse(ctx.argv.slice(1))
  if (typeof parsed === 'string') {
    ctx.printError(parsed)
    return ctx.exit(1)
  }
  const [host, port, ...rest] = parsed.words
  if (host !== undefined && port === undefined) {
    ctx.printError('nc: missing port number\n')
    return ctx.exit(1)
  }
  if (host === undefined || port === undefined || rest.length > 0) {
    ctx.printError(USAGE)
    return ctx.exit(1)
  }
  if (!/^\d+$/.test(port) || Number(port) < 1 || Number(port) > 65535) {
    ctx.printError(`nc: port number invalid: ${port}\n`)
    return ctx.exit(1)
  }
  state.options = parsed.options
  // Without a terminal or a pipe there is no input: it has ended before it began.
  state.ended = ctx.stdin.kind !== 'terminal' && ctx.stdin.kind !== 'pipe'
  state.host = host
  state.port = Number(port)
  const conn = ctx.connect(host, state.port)
  if (conn === undefined) {
    ctx.printError(`nc: getaddrinfo for host "${host}" port ${port}: Name or service not known\n`)
    return ctx.exit(1)
  }
  state.conn = conn
  if (state.options.timeout > 0) ctx.timer('idle', seconds(state.options.timeout))
}

function opened(ctx: Context, state: NcState): void {
  state.open = true
  if (state.options.verbose) ctx.printError(`Connection to ${state.host} ${state.port} port [tcp/*] succeeded!\n`)
  if (state.options.scan) return ctx.exit(0)
  if (state.waiting !== '') sendText(ctx, state, state.waiting)
  state.waiting = ''
  if (state.ended) inputEnded(ctx, state)
}

function sendText(ctx: Context, state: NcState, text: string): void {
  const message: Text = { proto: 'text', kind: 'text', text }
  ctx.send(state.conn, message, { bytes: text.length })
}

function inputEnded(ctx: Context, state: NcState): void {
  if (state.options.quitAfter >= 0) ctx.timer('quit', seconds(state.options.quitAfter))
}
