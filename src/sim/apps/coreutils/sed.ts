// sed: s, p, d, q, =, y, a, i, c and { } with addresses; -n, -e, -E, -r, -s, -i.

import { has } from './options.ts'
import { unescape } from './escapes.ts'
import { parseSed, SedError, type Address, type Command } from './sed-parse.ts'
import { filter, optionsOf, type Call, type LineIo } from './tool.ts'

function replacement(text: string, match: RegExpExecArray): string {
  let out = ''
  let mode = ''
  const put = (s: string) => {
    let t = s
    if (mode === 'U') t = s.toUpperCase()
    else if (mode === 'L') t = s.toLowerCase()
    else if (mode === 'u' && s !== '') {
      t = s.charAt(0).toUpperCase() + s.slice(1)
      mode = ''
    }
    out += t
  }
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!
    if (c === '&') put(match[0])
    else if (c === '\\' && i + 1 < text.length) {
      const n = text[++i]!
      if (/[0-9]/.test(n)) put(match[Number(n)] ?? '')
      else if ('ULu'.includes(n)) mode = n
      else if (n === 'E') mode = ''
      else if (n === '\n') put('\n')
      else put(unescape('\\' + n))
    } else put(c)
  }
  return out
}

function substitute(line: string, c: Command): string | undefined {
  const all = c.flags.includes('g')
  const regex = new RegExp(c.source, c.flags.includes('i') ? 'gi' : 'g')
  let out = ''
  let from = 0
  let n = 0
  let did = false
  for (let m = regex.exec(line); m; m = regex.exec(line)) {
    n++
    if (n >= c.nth) {
      out += line.slice(from, m.index) + replacement(c.text, m)
      from = m.index + m[0].length
      did = true
      if (!all) break
    }
    if (m[0] === '') regex.lastIndex++
    if (regex.lastIndex > line.length) break
  }
  return did ? out + line.slice(from) : undefined
}

interface Sed {
  script: string
  extended: boolean
  quiet: boolean
  /** The line before is held back while `$` may be asked for. */
  delays: boolean
  held: string | null
  heldEnded: boolean
  at: number
  /** For each command with a range: where it ends, once begun. */
  inside: boolean[]
  status: number
  stopped: boolean
}

// Programs are read once for a text: a pure memo.
const memo = new Map<string, readonly Command[]>()
function programOf(s: Pick<Sed, 'script' | 'extended'>): readonly Command[] {
  const key = (s.extended ? 'E' : 'B') + s.script
  let found = memo.get(key)
  if (!found) {
    found = parseSed(s.script, s.extended)
    if (memo.size > 64) memo.clear()
    memo.set(key, found)
  }
  return found
}

function selected(s: Sed, c: Command, line: string, last: boolean): boolean {
  const hit = (a: Address): boolean => {
    switch (a.a) {
      case 'line':
        return s.at === a.n
      case 'last':
        return last
      case 'match':
        return new RegExp(a.source, a.flags).test(line)
      case 'step':
        return a.step === 0 ? s.at === a.from : s.at >= a.from && (s.at - a.from) % a.step === 0
    }
  }
  if (!c.from) return !c.negate
  if (!c.to) return hit(c.from) !== c.negate
  let inside = s.inside[c.id] ?? false
  if (inside) {
    if (hit(c.to) || (c.to.a === 'line' && s.at >= c.to.n)) s.inside[c.id] = false
  } else if (hit(c.from)) {
    inside = true
    s.inside[c.id] = !(c.to.a === 'line' && c.to.n <= s.at) && !(c.to.a === 'last' && last)
  }
  return inside !== c.negate
}

const asksForLast = (program: readonly Command[]): boolean =>
  program.some((c) => c.from?.a === 'last' || c.to?.a === 'last' || asksForLast(c.body))

/** What one line goes through the program with. */
interface Cycle {
  line: string
  deleted: boolean
  quit: boolean
  after: string
  readonly newline: string
  readonly last: boolean
}

/** Runs commands on the line; false when the rest of the program is left out. */
function runCommands(s: Sed, commands: readonly Command[], cycle: Cycle, io: LineIo): boolean {
  for (const c of commands) {
    if (!selected(s, c, cycle.line, cycle.last)) continue
    switch (c.c) {
      case '{':
        if (!runCommands(s, c.body, cycle, io)) return false
        break
      case 's': {
        const done = substitute(cycle.line, c)
        if (done === undefined) break
        cycle.line = done
        if (c.print) io.out(cycle.line + cycle.newline)
        break
      }
      case 'p':
        io.out(cycle.line + cycle.newline)
        break
      case '=':
        io.out(s.at + '\n')
        break
      case 'y': {
        const [from, to] = [[...c.source], [...c.text]]
        cycle.line = [...cycle.line].map((x) => (from.includes(x) ? to[from.indexOf(x)]! : x)).join('')
        break
      }
      case 'i':
        io.out(c.text + '\n')
        break
      case 'a':
        cycle.after += c.text + '\n'
        break
      case 'q':
      case 'Q':
        cycle.quit = true
        s.status = c.status
        cycle.deleted = c.c === 'Q'
        return false
      case 'c':
        io.out(c.text + '\n')
        cycle.deleted = true
        return false
      case 'd':
        cycle.deleted = true
        return false
    }
  }
  return true
}

/** One line through the program; true when it said to stop. */
function cycle(s: Sed, input: string, ended: boolean, last: boolean, io: LineIo): boolean {
  s.at++
  const one: Cycle = { line: input, deleted: false, quit: false, after: '', newline: ended || !last ? '\n' : '', last }
  runCommands(s, programOf(s), one, io)
  if (!one.deleted && !s.quiet) io.out(one.line + one.newline)
  io.out(one.after)
  return one.quit
}

function inPlace(call: Call, files: readonly string[], state: Sed): number {
  let status = 0
  for (const file of files) {
    const stat = call.ctx.files.stat(file)
    if (!stat || stat.dir) {
      call.err(stat ? `sed: couldn't edit ${file}: not a regular file\n` : `sed: can't read ${file}: No such file or directory\n`)
      status = stat ? 4 : 2
      continue
    }
    const text = call.ctx.files.read(file) ?? ''
    let out = ''
    const io: LineIo = { call, out: (t) => void (out += t), file, ended: true }
    const s: Sed = { ...state, inside: [], at: 0, held: null }
    const lines = text.split('\n')
    const ended = lines[lines.length - 1] === ''
    if (ended) lines.pop()
    lines.some((l, i) => cycle(s, l, ended || i < lines.length - 1, i === lines.length - 1, io))
    call.ctx.files.write(file, out)
  }
  return status
}

export const sed = filter<Sed>({
  name: 'sed',
  setup(call) {
    const o = optionsOf(call, { short: 'ne:Erszu', long: { quiet: 'n', silent: 'n', 'expression:': 'e', 'regexp-extended': 'E', 'in-place': 'i', separate: 's' }, unmodelled: 'fl', stopAtOperand: false, ...(call.args.some((a) => /^-[nEr]*i/.test(a)) ? { short: 'ne:Eriszu' } : {}) }, { usage: 'sed [OPTION]... SCRIPT [FILE]...', what: 'Edits lines as they pass. Options: -n -e SCRIPT -E -r -i; commands s p d q = y a i c' }) // prettier-ignore
    if (typeof o === 'number') return o
    const operands = o.operands.slice()
    const script = o.set['e'] ? o.set['e'].join('\n') : operands.shift()
    if (script === undefined) {
      call.err('Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...\n')
      return 1
    }
    const state: Sed = {
      script,
      extended: has(o, 'E') || has(o, 'r'),
      quiet: has(o, 'n'),
      delays: false,
      held: null,
      heldEnded: true,
      at: 0,
      inside: [],
      status: 0,
      stopped: false,
    }
    try {
      const program = programOf(state)
      state.delays = asksForLast(program)
    } catch (e) {
      if (!(e instanceof SedError)) throw e
      call.err(`sed: ${e.message}\n`)
      return 1
    }
    if (has(o, 'i')) return inPlace(call, operands, state)
    return { files: operands, state }
  },
  line(s, line, io) {
    if (s.stopped) return 'stop'
    if (!s.delays) {
      if (cycle(s, line, io.ended, !io.ended, io)) {
        s.stopped = true
        return 'stop'
      }
      return
    }
    if (s.held !== null && cycle(s, s.held, s.heldEnded, false, io)) {
      s.held = null
      s.stopped = true
      return 'stop'
    }
    s.held = line
    s.heldEnded = io.ended
  },
  end(s, io) {
    if (s.held !== null) cycle(s, s.held, s.heldEnded, true, io)
    return s.status
  },
  unreadable: (_call, file, error, dir) => (dir ? `sed: read error on ${file}: Is a directory\n` : `sed: can't read ${file}: ${error}\n`),
  unreadableStatus: 2,
})
