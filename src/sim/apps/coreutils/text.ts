// Filters of lines: cat, nl, cut, uniq, rev, tee, head.

import { DiskError } from '../../kernel/index.ts'
import { byteLength } from './bytes.ts'
import { has, value } from './options.ts'
import { filter, optionsOf, quoteName, type Call } from './tool.ts'

const bare = (line: string, ended: boolean): string => (ended ? line + '\n' : line)

// cat

/** A control character as `cat -v` writes it. */
const visible = (c: string): string =>
  c === '\x7f' ? '^?' : c < ' ' && c !== '\t' && c !== '\n' ? '^' + String.fromCharCode(c.charCodeAt(0) + 64) : c

interface Cat {
  number: '' | 'n' | 'b'
  squeeze: boolean
  ends: boolean
  tabs: boolean
  control: boolean
  at: number
  blanks: number
}
export const cat = filter<Cat>({
  name: 'cat',
  setup(call) {
    const o = optionsOf(call, { short: 'nbsEeTtvAu', long: { number: 'n', 'number-nonblank': 'b', 'squeeze-blank': 's', 'show-ends': 'E', 'show-tabs': 'T', 'show-nonprinting': 'v', 'show-all': 'A' } }, { usage: 'cat [OPTION]... [FILE]...', what: 'Joins files, or standard input. Options: -n -b -s -E -T -v -A -e -t' }) // prettier-ignore
    if (typeof o === 'number') return o
    const all = has(o, 'A')
    const state: Cat = {
      number: has(o, 'b') ? 'b' : has(o, 'n') ? 'n' : '',
      squeeze: has(o, 's'),
      ends: all || has(o, 'E') || has(o, 'e'),
      tabs: all || has(o, 'T') || has(o, 't'),
      control: all || has(o, 'v') || has(o, 'e') || has(o, 't'),
      at: 0,
      blanks: 0,
    }
    return { files: o.operands, state }
  },
  line(s, line, io) {
    s.blanks = line === '' ? s.blanks + 1 : 0
    if (s.squeeze && s.blanks > 1) return
    let text = line
    if (s.control) text = [...text].map(visible).join('')
    if (s.tabs) text = text.replace(/\t/g, '^I')
    const numbered = s.number === 'n' || (s.number === 'b' && line !== '')
    io.out(bare((numbered ? `${String(++s.at).padStart(6)}\t` : '') + text + (s.ends && io.ended ? '$' : ''), io.ended))
  },
})

// nl

interface Nl {
  style: string
  width: number
  separator: string
  format: string
  at: number
  step: number
}
export const nl = filter<Nl>({
  name: 'nl',
  setup(call) {
    const o = optionsOf(call, { short: 'b:w:s:v:n:i:', long: { 'body-numbering:': 'b', 'number-width:': 'w', 'number-separator:': 's', 'starting-line-number:': 'v', 'number-format:': 'n', 'line-increment:': 'i' }, unmodelled: 'dfhlp' }, { usage: 'nl [OPTION]... [FILE]...', what: 'Numbers lines. Options: -b a|t|n -w N -s TEXT -v N -i N -n ln|rn|rz' }) // prettier-ignore
    if (typeof o === 'number') return o
    const style = value(o, 'b') ?? 't'
    if (!['a', 't', 'n'].includes(style)) {
      call.err(`nl: invalid body numbering style: '${style}'\n`)
      return 1
    }
    const state: Nl = {
      style,
      width: Number(value(o, 'w') ?? 6),
      separator: value(o, 's') ?? '\t',
      format: value(o, 'n') ?? 'rn',
      at: Number(value(o, 'v') ?? 1),
      step: Number(value(o, 'i') ?? 1),
    }
    return { files: o.operands, state }
  },
  line(s, line, io) {
    if (s.style === 'n' || (s.style === 't' && line === '')) return io.out(' '.repeat(s.width + s.separator.length) + line + '\n')
    const n = String(s.at)
    s.at += s.step
    io.out(
      (s.format === 'ln' ? n.padEnd(s.width) : s.format === 'rz' ? n.padStart(s.width, '0') : n.padStart(s.width)) +
        s.separator +
        line +
        '\n',
    )
  },
})

// cut

interface Cut {
  fields: boolean
  ranges: [number, number][]
  delimiter: string
  output: string
  only: boolean
  complement: boolean
}
function cutRanges(list: string): [number, number][] | undefined {
  const ranges: [number, number][] = []
  for (const item of list.split(/[, ]/)) {
    const m = /^(\d*)(-?)(\d*)$/.exec(item)
    if (!m || (m[1] === '' && m[3] === '') || m[1] === '0') return undefined
    const from = m[1] === '' ? 1 : Number(m[1])
    ranges.push([from, m[2] === '' ? from : m[3] === '' ? 1_000_000_000 : Number(m[3])])
  }
  return ranges
}
export const cut = filter<Cut>({
  name: 'cut',
  setup(call) {
    const o = optionsOf(call, { short: 'd:f:c:b:s', long: { 'delimiter:': 'd', 'fields:': 'f', 'characters:': 'c', 'bytes:': 'b', 'only-delimited': 's', 'output-delimiter:': 'output', complement: 'complement' }, unmodelled: 'nz' }, { usage: 'cut OPTION... [FILE]...', what: 'Takes fields or characters out of lines. Options: -d C -f LIST -c LIST -b LIST -s --output-delimiter=TEXT --complement' }) // prettier-ignore
    if (typeof o === 'number') return o
    const wrong = (text: string) => {
      call.err(`cut: ${text}\nTry 'cut --help' for more information.\n`)
      return 1
    }
    const list = value(o, 'f') ?? value(o, 'c') ?? value(o, 'b')
    if (list === undefined) return wrong('you must specify a list of bytes, characters, or fields')
    if (['f', 'c', 'b'].filter((k) => has(o, k)).length > 1) return wrong('only one type of list may be specified')
    const fields = has(o, 'f')
    const delimiter = value(o, 'd') ?? '\t'
    if ([...delimiter].length > 1) return wrong('the delimiter must be a single character')
    if (!fields && has(o, 'd')) return wrong('an input delimiter may be specified only when operating on fields')
    const ranges = cutRanges(list)
    if (/(^|[, ])0/.test(list)) return wrong(fields ? 'fields are numbered from 1' : 'byte/character positions are numbered from 1')
    if (!ranges) return wrong(fields ? `invalid field value '${list}'` : `invalid byte/character position '${list}'`)
    return {
      files: o.operands,
      state: {
        fields,
        ranges,
        delimiter,
        output: value(o, 'output') ?? (fields ? delimiter : ''),
        only: has(o, 's'),
        complement: has(o, 'complement'),
      },
    }
  },
  line(s, line, io) {
    if (s.fields && !line.includes(s.delimiter)) return s.only ? undefined : io.out(line + '\n')
    const parts = s.fields ? line.split(s.delimiter) : [...line]
    const kept = parts.filter((_, i) => s.ranges.some(([a, b]) => i + 1 >= a && i + 1 <= b) !== s.complement)
    io.out(kept.join(s.output) + '\n')
  },
})

// uniq

interface Uniq {
  count: boolean
  repeated: boolean
  unique: boolean
  ignoreCase: boolean
  skip: number
  last: string | null
  times: number
}
const uniqKey = (s: Uniq, line: string): string => {
  let key = line
  for (let i = 0; i < s.skip; i++) key = key.replace(/^[ \t]*[^ \t]*/, '')
  return s.ignoreCase ? key.toLowerCase() : key
}
const uniqOut = (s: Uniq, out: (t: string) => void): void => {
  if (s.last === null || (s.repeated && s.times < 2) || (s.unique && s.times > 1)) return
  out((s.count ? `${String(s.times).padStart(7)} ` : '') + s.last + '\n')
}
export const uniq = filter<Uniq>({
  name: 'uniq',
  setup(call) {
    const o = optionsOf(call, { short: 'cduif:', long: { count: 'c', repeated: 'd', unique: 'u', 'ignore-case': 'i', 'skip-fields:': 'f' }, unmodelled: 'Dswz' }, { usage: 'uniq [OPTION]... [INPUT]', what: 'Leaves out repeated neighbours. Options: -c -d -u -i -f N' }) // prettier-ignore
    if (typeof o === 'number') return o
    if (o.operands.length > 1) {
      call.err(`uniq: writing to a file is not modelled; use >\n`)
      return 1
    }
    return {
      files: o.operands,
      state: {
        count: has(o, 'c'),
        repeated: has(o, 'd'),
        unique: has(o, 'u'),
        ignoreCase: has(o, 'i'),
        skip: Number(value(o, 'f') ?? 0),
        last: null,
        times: 0,
      },
    }
  },
  line(s, line, io) {
    if (s.last !== null && uniqKey(s, line) === uniqKey(s, s.last)) {
      s.times++
      return
    }
    uniqOut(s, (t) => io.out(t))
    s.last = line
    s.times = 1
  },
  end(s, io) {
    uniqOut(s, (t) => io.out(t))
    return 0
  },
})

export const rev = filter<null>({
  name: 'rev',
  setup: (call) => ({ files: call.args.filter((a) => !a.startsWith('-')), state: null }),
  line: (_s, line, io) => io.out(bare([...line].reverse().join(''), io.ended)),
})

// tee

export const tee = filter<{ files: string[]; refused: string[] }>({
  name: 'tee',
  setup(call) {
    const o = optionsOf(
      call,
      { short: 'ai', long: { append: 'a' }, unmodelled: 'p' },
      { usage: 'tee [OPTION]... [FILE]...', what: 'Copies its input to files and to its output. Options: -a' },
    )
    if (typeof o === 'number') return o
    const files: string[] = []
    for (const file of o.operands) {
      const problem = whyNotWritable(call, file)
      if (problem) call.err(`tee: ${file}: ${problem}\n`)
      else {
        if (!has(o, 'a')) call.ctx.files.write(file, '')
        files.push(file)
      }
    }
    return { files: ['-'], state: { files, refused: [] } }
  },
  line(s, line, io) {
    const text = bare(line, io.ended)
    io.out(text)
    for (const file of s.files.slice()) {
      try {
        io.call.ctx.files.append(file, text)
      } catch (error) {
        if (!(error instanceof DiskError)) throw error
        s.refused.push(`tee: ${file}: ${error.reason}\n`)
        s.files.splice(s.files.indexOf(file), 1)
      }
    }
  },
  end(s, io) {
    io.call.err(s.refused.join(''))
    return s.refused.length > 0 ? 1 : 0
  },
})

export const READ_ONLY = 'Read-only file system'
/** Why a path cannot be written to; undefined when it can. */
export function whyNotWritable(call: Pick<Call, 'ctx'>, path: string): string | undefined {
  const full = call.ctx.files.resolve(path)
  if (call.ctx.files.stat(full)?.dir) return 'Is a directory'
  if (call.ctx.files.space(full).readOnly) return READ_ONLY
  const dir = full.slice(0, full.lastIndexOf('/')) || '/'
  const parent = call.ctx.files.stat(dir)
  if (!parent) return dir === '/tmp' || dir === '/' ? undefined : 'No such file or directory'
  return parent.dir ? undefined : 'Not a directory'
}

// head

interface Head {
  lines: number
  bytes: number
  /** -n -5: all but the last five. */
  but: boolean
  titles: boolean
  first: boolean
  left: number
  held: string[]
}
export const head = filter<Head>({
  name: 'head',
  setup(call) {
    const o = optionsOf(call, { short: 'n:c:qv', long: { 'lines:': 'n', 'bytes:': 'c', quiet: 'q', silent: 'q', verbose: 'v' }, unmodelled: 'z', number: 'n' }, { usage: 'head [OPTION]... [FILE]...', what: 'The first ten lines, or -n N (-n -N: all but the last N), or -c BYTES. Options: -n -c -q -v' }) // prettier-ignore
    if (typeof o === 'number') return o
    const text = value(o, 'c') ?? value(o, 'n') ?? '10'
    const m = /^(-?)\+?(\d+)([kKM]?)$/.exec(text)
    if (!m) {
      call.err(`head: invalid number of ${has(o, 'c') ? 'bytes' : 'lines'}: ${quoteName(call, text)}\n`)
      return 1
    }
    const n = Number(m[2]) * (m[3] === '' ? 1 : m[3] === 'M' ? 1_048_576 : 1024)
    const bytes = has(o, 'c')
    if (bytes && m[1] === '-') {
      call.err('head: -c with a negative number is not modelled here\n')
      return 1
    }
    return {
      files: o.operands,
      state: {
        lines: bytes ? -1 : n,
        bytes: bytes ? n : -1,
        but: m[1] === '-',
        titles: has(o, 'v') || (o.operands.length > 1 && !has(o, 'q')),
        first: true,
        left: 0,
        held: [],
      },
    }
  },
  begin(s, io) {
    s.left = s.bytes >= 0 ? s.bytes : s.lines
    s.held = []
    if (s.titles) io.out(`${s.first ? '' : '\n'}==> ${io.file === '-' ? 'standard input' : io.file} <==\n`)
    s.first = false
  },
  line(s, line, io) {
    const text = bare(line, io.ended)
    if (s.but) {
      s.held.push(text)
      if (s.held.length > s.lines) io.out(s.held.shift()!)
      return
    }
    if (s.left <= 0) return 'next file'
    if (s.bytes >= 0) {
      const size = byteLength(text)
      io.out(size <= s.left ? text : text.slice(0, s.left))
      s.left -= size
    } else {
      io.out(text)
      s.left--
    }
    if (s.left <= 0) return 'next file'
  },
  unreadable: (call, file, error, dir) =>
    dir ? `head: error reading '${file}': ${error}\n` : `head: cannot open '${file}' for reading: ${error}\n`,
})
