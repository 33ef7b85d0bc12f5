// What the small tools have in common: reading files or standard input, line by line or whole, and ending with a status.

import type { Context, File, Input, ProcessKind } from '../../kernel/index.ts'
import { isUsage, parseOptions, type Options, type OptionSpec } from './options.ts'

/** One run of a tool: its name as called, its arguments, where it writes. */
export interface Call {
  readonly ctx: Context
  readonly name: string
  readonly args: readonly string[]
  out(text: string): void
  err(text: string): void
}

/** What a tool says of itself for `--help`. */
export interface About {
  readonly usage: string
  readonly what: string
}

export const callOf = (ctx: Context): Call => {
  const argv0 = ctx.argv[0] ?? ''
  return {
    ctx,
    name: argv0.slice(argv0.lastIndexOf('/') + 1),
    args: ctx.argv.slice(1),
    out: (text) => ctx.print(text),
    err: (text) => ctx.printError(text),
  }
}

/** A name in a message as GNU quotes it: with typographic quotes where the locale is UTF-8 (the docker host), plain ones in containers, which have none. */
export const quoteName = (call: Pick<Call, 'ctx'>, text: string): string => (call.ctx.host === 'host' ? `‘${text}’` : `'${text}'`)

/** Options of a call; a number is the status to end with, the message being out already. */
export function optionsOf(call: Call, spec: OptionSpec, about: About): Options | number {
  const options = parseOptions(call.name, call.args, spec)
  if (isUsage(options)) {
    call.err(options.message)
    return options.code
  }
  if (options.set['help'] !== undefined) {
    call.out(`Usage: ${about.usage}\n${about.what}\n`)
    return 0
  }
  if (options.set['version'] !== undefined) {
    call.out(`${call.name} (modelled on GNU's)\n`)
    return 0
  }
  return options
}

/** `cut`: the file is larger than what is read of it. */
export type Opened =
  { readonly text: string; readonly size: number; readonly cut: boolean } | { readonly error: string; readonly dir: boolean }

/** Bytes of a file that a tool of text reads: a log of a gigabyte would keep the page for a minute, and no line of it can be read anyway. */
export const READ_LIMIT = 16_777_216
export const cutMessage = (name: string, file: string, where: 'start' | 'end' = 'start'): string =>
  `${name}: ${file}: only its ${where === 'start' ? 'first' : 'last'} ${READ_LIMIT} bytes are read here\n`

/** A file's text, from its start or up to its end. Binary files made of records have none: their content is told by kafka-dump-log.sh. */
export function open(ctx: Context, path: string, where: 'start' | 'end' = 'start'): Opened {
  if (path === '/dev/null') return { text: '', size: 0, cut: false }
  const file = ctx.files.stat(path)
  if (!file) return { error: 'No such file or directory', dir: false }
  if (file.dir) return { error: 'Is a directory', dir: true }
  if (isBinary(file)) return { error: 'binary: its records are shown by kafka-dump-log.sh', dir: false }
  const { bytes, size } = file
  const part = (length: number): readonly [number, number] =>
    where === 'start' ? [0, READ_LIMIT] : [Math.max(0, length - READ_LIMIT), length]
  const text = bytes === undefined ? file.text.slice(...part(file.text.length)) : bytes.slice(...part(bytes.length)).toText()
  return { text, size, cut: (bytes ?? file.text).length > READ_LIMIT }
}
export const isBinary = (file: File): boolean => file.records !== undefined && file.records.size > 0

/** A tool that does all its work at once and reads no input. Undefined: it goes on by itself. */
export function immediate(name: string, main: (call: Call) => number): ProcessKind<null> {
  return {
    name,
    init: () => null,
    handle(ctx, _state, input) {
      if (input.type === 'start') ctx.exit(main(callOf(ctx)))
    },
  }
}

/** Where a filter's output goes, for one line or one file. */
export interface LineIo {
  readonly call: Call
  /** Written at once, for a whole chunk. */
  out(text: string): void
  /** The file being read; `-` is standard input. */
  readonly file: string
  /** The line had a newline at its end. */
  readonly ended: boolean
}

/** A tool that reads lines as they come and may write as it goes. `S` is plain data and may change. */
export interface Filter<S> {
  readonly name: string
  setup(call: Call): { readonly files: readonly string[]; readonly state: S } | number
  /** A file, or standard input, begins. */
  begin?(state: S, io: LineIo): void
  line(state: S, line: string, io: LineIo): void | 'next file' | 'stop'
  finish?(state: S, io: LineIo): void
  /** After everything; the exit status. */
  end?(state: S, io: LineIo): number
  /** A file that cannot be read: the message, and the status to end with. Default `NAME: FILE: REASON` and 1. */
  readonly unreadable?: (call: Call, file: string, error: string, dir: boolean) => string
  readonly unreadableStatus?: number
}

interface FilterState<S> {
  mine: S | null
  files: string[]
  reading: boolean
  rest: string
  code: number
}

/** Standard input that will never give anything: what a tool without one sees is its end. */
export const inputIsEmpty = (ctx: Context): boolean => ctx.stdin.kind !== 'terminal' && ctx.stdin.kind !== 'pipe'

export function filter<S>(def: Filter<S>): ProcessKind<FilterState<S>> {
  const makeIo = (ctx: Context, file: string) => {
    let text = ''
    const io = { call: callOf(ctx), out: (t: string) => void (text += t), file, ended: true }
    return { io, flush: () => ctx.print(text) }
  }
  /** Lines of a text to the tool; what is left without newline is returned, or `stop`. */
  function feed(state: FilterState<S>, text: string, io: LineIo & { ended: boolean }, whole: boolean): string | 'next file' | 'stop' {
    const mine = state.mine as S
    let from = 0
    for (;;) {
      const end = text.indexOf('\n', from)
      if (end < 0) break
      const result = def.line(mine, text.slice(from, end), io)
      if (result) return result
      from = end + 1
    }
    if (!whole) return 'rest:' + text.slice(from)
    if (from < text.length) {
      io.ended = false
      const result = def.line(mine, text.slice(from), io)
      io.ended = true
      if (result) return result
    }
    return 'rest:'
  }
  /** Goes through the files until standard input has to be waited for; then ends. */
  function files(ctx: Context, state: FilterState<S>): void {
    while (state.files.length > 0) {
      const file = state.files.shift()!
      const { io, flush } = makeIo(ctx, file)
      if (file === '-' && !inputIsEmpty(ctx)) {
        def.begin?.(state.mine as S, io)
        flush()
        state.reading = true
        return
      }
      const opened: Opened = file === '-' ? { text: '', size: 0, cut: false } : open(ctx, file)
      if ('error' in opened) {
        const message = def.unreadable?.(io.call, file, opened.error, opened.dir) ?? `${io.call.name}: ${file}: ${opened.error}\n`
        ctx.printError(message)
        state.code = def.unreadableStatus ?? 1
        continue
      }
      def.begin?.(state.mine as S, io)
      const result = feed(state, opened.text, io, true)
      def.finish?.(state.mine as S, io)
      flush()
      if (opened.cut && result.startsWith('rest:')) ctx.printError(cutMessage(io.call.name, file))
      if (result === 'stop') {
        state.files = []
        break
      }
    }
    finish(ctx, state)
  }
  function finish(ctx: Context, state: FilterState<S>): void {
    const { io, flush } = makeIo(ctx, '-')
    const code = def.end?.(state.mine as S, io) ?? 0
    flush()
    ctx.exit(state.code || code)
  }
  function handle(ctx: Context, state: FilterState<S>, input: Input): void {
    if (input.type === 'start') {
      const set = def.setup(callOf(ctx))
      if (typeof set === 'number') return ctx.exit(set)
      state.mine = set.state
      state.files = set.files.length > 0 ? set.files.slice() : ['-']
      return files(ctx, state)
    }
    if (!state.reading || (input.type !== 'input' && input.type !== 'eof')) return
    const { io, flush } = makeIo(ctx, '-')
    const result = feed(state, state.rest + (input.type === 'input' ? input.text : ''), io, input.type === 'eof')
    if (result.startsWith('rest:')) state.rest = result.slice(5)
    if (result === 'stop' || result === 'next file' || input.type === 'eof') {
      state.reading = false
      def.finish?.(state.mine as S, io)
      flush()
      if (result === 'stop') state.files = []
      return files(ctx, state)
    }
    flush()
  }
  return { name: def.name, init: () => ({ mine: null, files: [], reading: false, rest: '', code: 0 }), handle }
}

/** One input, whole. */
export interface Whole {
  readonly file: string
  /** Why it could not be read; empty when it was. */
  readonly error: string
  readonly text: string
  /** Bytes on disk; -1 for standard input. */
  readonly size: number
}

interface SlurpState {
  args: readonly string[] | null
  text: string
}

/** A tool that needs all its input before it can say anything. */
export function slurp<O>(def: {
  readonly name: string
  setup(call: Call): { readonly files: readonly string[]; readonly options: O } | number
  /** `inputs` are those that could be read; all of them when the tool tells of errors itself. */
  run(call: Call, options: O, inputs: readonly Whole[], failed: boolean): number
  readonly tellsErrors?: boolean
  /** It is enough to know how large files are. */
  needsSizesOnly?(options: O): boolean
  readonly unreadable?: (call: Call, file: string, error: string, dir: boolean) => string
}): ProcessKind<SlurpState> {
  const run = (ctx: Context, stdin: string) => {
    const call = callOf(ctx)
    const set = def.setup(call)
    if (typeof set === 'number') return ctx.exit(set)
    const inputs: Whole[] = []
    let failed = false
    for (const file of set.files.length > 0 ? set.files : ['-']) {
      if (file === '-') {
        inputs.push({ file, error: '', text: stdin, size: -1 })
        continue
      }
      const opened = open(ctx, file)
      if ('error' in opened) {
        failed = true
        if (def.tellsErrors) inputs.push({ file, error: opened.error, text: '', size: opened.dir ? -1 : 0 })
        else call.err(def.unreadable?.(call, file, opened.error, opened.dir) ?? `${call.name}: ${file}: ${opened.error}\n`)
        continue
      }
      inputs.push({ file, error: '', text: opened.text, size: opened.size })
      if (opened.cut && def.needsSizesOnly?.(set.options) !== true) call.err(cutMessage(call.name, file))
    }
    ctx.exit(def.run(call, set.options, inputs, failed))
  }
  return {
    name: def.name,
    init: () => ({ args: null, text: '' }),
    handle(ctx, state, input) {
      if (input.type === 'start') {
        const quiet: Call = { ...callOf(ctx), out: () => {}, err: () => {} }
        const set = def.setup(quiet)
        const wantsInput = typeof set !== 'number' && (set.files.length === 0 || set.files.includes('-'))
        if (!wantsInput || inputIsEmpty(ctx)) run(ctx, '')
      } else if (input.type === 'input') state.text += input.text
      else if (input.type === 'eof') run(ctx, state.text)
    },
  }
}

/** Lines of a text, without their newlines. */
export const linesOf = (text: string): string[] => {
  if (text === '') return []
  const lines = text.split('\n')
  if (lines[lines.length - 1] === '') lines.pop()
  return lines
}
