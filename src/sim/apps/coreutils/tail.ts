// tail: the end of files or of the input; -f and -F look again each second.

import { seconds } from '../../base/index.ts'
import type { Context, ProcessKind } from '../../kernel/index.ts'
import { byteLength } from './bytes.ts'
import { has, value } from './options.ts'
import { callOf, cutMessage, inputIsEmpty, open, optionsOf, quoteName, READ_LIMIT, type Call } from './tool.ts'

interface Tail {
  files: string[]
  count: number
  /** -n +N: from line (or byte) N on. */
  from: boolean
  bytes: boolean
  follow: boolean
  retry: boolean
  titles: boolean
  delay: number
  /** How much of each followed file has been shown; -1 while it is missing, `TOO_LARGE` where it is not looked at. */
  shown: number[]
  lastTitle: string
  input: string
  /** Bytes or lines of the input still to skip, for `+N` streaming. */
  skip: number
  reading: boolean
  code: number
}

function lastPart(text: string, s: Tail): string {
  if (s.bytes) {
    const chars = [...text]
    if (s.from) return chars.slice(Math.max(0, s.count - 1)).join('')
    return s.count === 0 ? '' : chars.slice(-s.count).join('')
  }
  const lines = text.split('\n')
  const ended = lines[lines.length - 1] === ''
  if (ended) lines.pop()
  const kept = s.from ? lines.slice(Math.max(0, s.count - 1)) : s.count === 0 ? [] : lines.slice(-s.count)
  return kept.length === 0 ? '' : kept.join('\n') + (ended ? '\n' : '')
}

function setup(call: Call): Tail | number {
  const args = call.args.map((a, i) => (i === 0 && /^\+\d+$/.test(a) ? `-n${a}` : a))
  const o = optionsOf({ ...call, args }, { short: 'n:c:fFqvs:', long: { 'lines:': 'n', 'bytes:': 'c', follow: 'f', quiet: 'q', silent: 'q', verbose: 'v', 'sleep-interval:': 's', retry: 'retry' }, unmodelled: 'z', unmodelledLong: ['pid', 'max-unchanged-stats'], number: 'n' }, { usage: 'tail [OPTION]... [FILE]...', what: 'The last ten lines, or -n N (-n +N: from line N on), or -c BYTES; -f and -F go on as a file grows. Options: -n -c -f -F -q -v -s SECONDS' }) // prettier-ignore
  if (typeof o === 'number') return o
  const text = value(o, 'c') ?? value(o, 'n') ?? '10'
  const m = /^([-+]?)(\d+)([kKM]?)$/.exec(text)
  if (!m) {
    call.err(`tail: invalid number of ${has(o, 'c') ? 'bytes' : 'lines'}: ${quoteName(call, text)}\n`)
    return 1
  }
  return {
    files: o.operands.length > 0 ? o.operands.slice() : ['-'],
    count: Number(m[2]) * (m[3] === '' ? 1 : m[3] === 'M' ? 1_048_576 : 1024),
    from: m[1] === '+',
    bytes: has(o, 'c'),
    follow: has(o, 'f') || has(o, 'F'),
    retry: has(o, 'F') || has(o, 'retry'),
    titles: has(o, 'v') || (o.operands.length > 1 && !has(o, 'q')),
    delay: Math.max(0.1, Number(value(o, 's') ?? 1) || 1),
    shown: [],
    lastTitle: '',
    input: '',
    skip: 0,
    reading: false,
    code: 0,
  }
}

const TOO_LARGE = -2

function title(ctx: Context, s: Tail, name: string): void {
  if (!s.titles || s.lastTitle === name) return
  ctx.print(`${s.lastTitle === '' ? '' : '\n'}==> ${name === '-' ? 'standard input' : name} <==\n`)
  s.lastTitle = name
}

function begin(ctx: Context, s: Tail): void {
  for (const [i, file] of s.files.entries()) {
    if (file === '-') {
      if (inputIsEmpty(ctx)) continue
      s.reading = true
      s.skip = s.from ? Math.max(0, s.count - 1) : 0
      continue
    }
    const opened = open(ctx, file, s.from ? 'start' : 'end')
    if ('error' in opened) {
      s.shown[i] = -1
      s.code = 1
      ctx.printError(
        opened.dir ? `tail: error reading '${file}': ${opened.error}\n` : `tail: cannot open '${file}' for reading: ${opened.error}\n`,
      )
      continue
    }
    title(ctx, s, file)
    ctx.print(lastPart(opened.text, s))
    s.shown[i] = opened.text.length
    if (!opened.cut) continue
    if (s.from) ctx.printError(cutMessage('tail', file))
    if (!s.follow) continue
    ctx.printError(`tail: ${file}: larger than ${READ_LIMIT} bytes; what comes is not followed here\n`)
    s.shown[i] = TOO_LARGE
  }
  if (s.reading) return
  if (!s.follow) return ctx.exit(s.code)
  if (!s.retry && s.shown.every((n) => n < 0)) {
    ctx.printError('tail: no files remaining\n')
    return ctx.exit(1)
  }
  again(ctx, s)
}

const again = (ctx: Context, s: Tail): void => ctx.timer('look', seconds(s.delay), { periodic: 'tail: looks again for more' })

function look(ctx: Context, s: Tail): void {
  s.files.forEach((file, i) => {
    const shown = s.shown[i] ?? -1
    if (shown === TOO_LARGE) return
    const opened = open(ctx, file)
    if ('error' in opened) {
      if (shown >= 0 && s.retry) ctx.printError(`tail: '${file}' has become inaccessible: ${opened.error}\n`)
      if (shown >= 0 && s.retry) s.shown[i] = -1
      return
    }
    if (shown < 0) {
      if (!s.retry) return
      ctx.printError(`tail: '${file}' has appeared;  following new file\n`)
    } else if (opened.text.length < shown) ctx.printError(`tail: ${file}: file truncated\n`)
    const from = shown < 0 || opened.text.length < shown ? 0 : shown
    if (opened.text.length > from) {
      title(ctx, s, file)
      ctx.print(opened.text.slice(from))
    }
    s.shown[i] = opened.text.length
  })
  again(ctx, s)
}

/** Input of `+N` passes through once enough is skipped; else only the end of it is kept. */
function more(ctx: Context, s: Tail, text: string): void {
  if (!s.from) {
    s.input += text
    // Only what may be needed: the last lines.
    if (!s.bytes && s.input.length > 1_000_000) s.input = lastPart(s.input, s)
    return
  }
  let rest = text
  while (s.skip > 0 && rest !== '') {
    if (s.bytes) {
      const cut = Math.min(s.skip, rest.length)
      s.skip -= byteLength(rest.slice(0, cut))
      rest = rest.slice(cut)
    } else {
      const end = rest.indexOf('\n')
      if (end < 0) return
      rest = rest.slice(end + 1)
      s.skip--
    }
  }
  ctx.print(rest)
}

export const tail: ProcessKind<{ mine: Tail | null }> = {
  name: 'tail',
  // Before it has begun nobody knows; then it reads, or follows files.
  reads: (state) => state.mine?.reading ?? true,
  init: () => ({ mine: null }),
  handle(ctx, state, input) {
    if (input.type === 'start') {
      const set = setup(callOf(ctx))
      if (typeof set === 'number') return ctx.exit(set)
      state.mine = set
      return begin(ctx, state.mine)
    }
    const s = state.mine
    if (!s) return
    if (input.type === 'timer') look(ctx, s)
    else if (input.type === 'input' && s.reading) more(ctx, s, input.text)
    else if (input.type === 'eof' && s.reading) {
      if (!s.from) {
        title(ctx, s, '-')
        ctx.print(lastPart(s.input, s))
      }
      ctx.exit(s.code)
    }
  },
}
