// grep: -i -v -n -c -E -F -G -o -r -q -l -L -h -H -w -x -e -A -B -C -m -s.

import { isUsage, parseOptions, has, value } from './options.ts'
import { compile, RegexError } from './regex.ts'
import { filter, type Call, type LineIo } from './tool.ts'

const SPEC = {
  short: 'ivncEFGorRqlLhHwxe:A:B:C:m:sy',
  long: { 'ignore-case': 'i', 'invert-match': 'v', 'line-number': 'n', count: 'c', 'extended-regexp': 'E', 'fixed-strings': 'F', 'basic-regexp': 'G', 'only-matching': 'o', recursive: 'r', quiet: 'q', silent: 'q', 'files-with-matches': 'l', 'files-without-match': 'L', 'no-filename': 'h', 'with-filename': 'H', 'word-regexp': 'w', 'line-regexp': 'x', 'regexp:': 'e', 'after-context:': 'A', 'before-context:': 'B', 'context:': 'C', 'max-count:': 'm', 'no-messages': 's', 'line-buffered': 'buffered', 'color': 'color', 'colour': 'color' },
  unmodelled: 'PfbTuUzZaDdI',
  unmodelledLong: ['perl-regexp', 'file', 'byte-offset', 'include', 'exclude', 'exclude-dir', 'null', 'text', 'binary-files', 'label', 'initial-tab'],
  number: 'C',
  status: 2,
} as const // prettier-ignore

interface Grep {
  patterns: string[]
  kind: 'basic' | 'extended' | 'fixed'
  flags: string
  word: boolean
  whole: boolean
  invert: boolean
  numbers: boolean
  count: boolean
  only: boolean
  quiet: boolean
  list: '' | 'l' | 'L'
  named: boolean
  silent: boolean
  after: number
  before: number
  max: number
  // Of the file being read.
  at: number
  found: number
  held: string[]
  owed: number
  lastShown: number
  // Of all.
  any: boolean
}

// Expressions are compiled once for a source; a pure memo.
const memo = new Map<string, RegExp>()
function expressions(g: Grep): RegExp[] {
  return g.patterns.map((p) => {
    const key = `${g.kind} ${g.flags} ${g.word} ${g.whole} ${p}`
    let found = memo.get(key)
    if (!found) {
      found = wrap(p, g)
      if (memo.size > 64) memo.clear()
      memo.set(key, found)
    }
    return found
  })
}
function wrap(pattern: string, g: Grep): RegExp {
  const plain = compile(pattern, g.kind, g.flags)
  if (g.whole) return new RegExp(`^(?:${plain.source})$`, g.flags)
  if (g.word) return new RegExp(`(?<!\\w)(?:${plain.source})(?!\\w)`, g.flags)
  return plain
}

function setup(call: Call): { files: string[]; state: Grep } | number {
  const kindDefault = call.name === 'egrep' ? 'extended' : call.name === 'fgrep' ? 'fixed' : 'basic'
  const args = call.args.map((a) => (/^--colou?r=/.test(a) ? '--color' : a))
  const o = parseOptions(call.name, args, SPEC)
  const usage = `Usage: ${call.name} [OPTION]... PATTERNS [FILE]...\nTry '${call.name} --help' for more information.\n`
  if (isUsage(o)) {
    call.err(o.message.includes('is not modelled') ? o.message : o.message.split('\n')[0] + '\n' + usage)
    return 2
  }
  if (has(o, 'help')) {
    call.out(
      `Usage: ${call.name} [OPTION]... PATTERNS [FILE]...\nShows the lines that match. Options: -i -v -n -c -E -F -o -r -q -l -L -h -H -w -x -e PATTERN -A N -B N -C N -m N -s\n`,
    )
    return 0
  }
  const operands = o.operands.slice()
  const patterns = (o.set['e'] ?? (operands.length > 0 ? [operands.shift()!] : [])).flatMap((p) => p.split('\n'))
  if (patterns.length === 0 && !has(o, 'e')) {
    call.err(usage)
    return 2
  }
  const recursive = has(o, 'r') || has(o, 'R')
  let files = operands
  if (recursive) files = (files.length > 0 ? files : ['']).flatMap((f) => walk(call, f))
  const number = (key: string) => Math.max(0, Number(value(o, key) ?? value(o, 'C') ?? 0) || 0)
  const state: Grep = {
    patterns,
    kind: has(o, 'E') ? 'extended' : has(o, 'F') ? 'fixed' : has(o, 'G') ? 'basic' : kindDefault,
    flags: has(o, 'i') || has(o, 'y') ? 'i' : '',
    word: has(o, 'w'),
    whole: has(o, 'x'),
    invert: has(o, 'v'),
    numbers: has(o, 'n'),
    count: has(o, 'c'),
    only: has(o, 'o'),
    quiet: has(o, 'q'),
    list: has(o, 'l') ? 'l' : has(o, 'L') ? 'L' : '',
    named: has(o, 'H') || ((files.length > 1 || recursive) && !has(o, 'h')),
    silent: has(o, 's'),
    after: number('A'),
    before: number('B'),
    max: has(o, 'm') ? Number(value(o, 'm')) : 1_000_000_000,
    at: 0,
    found: 0,
    held: [],
    owed: 0,
    lastShown: -1,
    any: false,
  }
  try {
    expressions(state)
  } catch (e) {
    if (!(e instanceof RegexError)) throw e
    call.err(`${call.name}: ${e.message}\n`)
    return 2
  }
  // An empty tree has no files; without this standard input would be read.
  if (recursive && files.length === 0) return 1
  return { files, state }
}

const FILES_LIMIT = 5000
function walk(call: Call, path: string): string[] {
  const names = call.ctx.files.list(path || '.')
  if (names === undefined) return [path]
  const found: string[] = []
  for (const name of names) {
    if (found.length > FILES_LIMIT) break
    const full = path === '' ? name : `${path.replace(/\/$/, '')}/${name}`
    const file = call.ctx.files.stat(full)
    if (file?.dir) found.push(...walk(call, full))
    // Binary files are left alone, as with `-I`.
    else if (file && file.records === undefined) found.push(full)
  }
  return found
}

function show(g: Grep, io: LineIo, at: number, text: string, sign: string): void {
  io.out(`${g.named ? (io.file === '-' ? '(standard input)' : io.file) + sign : ''}${g.numbers ? at + sign : ''}${text}\n`)
}

function line(g: Grep, text: string, io: LineIo): void | 'next file' | 'stop' {
  g.at++
  const regexes = expressions(g)
  const matched = regexes.some((r) => r.test(text)) !== g.invert
  if (!matched) {
    if (g.owed > 0 && !g.count && !g.list && !g.quiet) {
      g.owed--
      show(g, io, g.at, text, '-')
      g.lastShown = g.at
    } else if (g.before > 0) {
      g.held.push(text)
      if (g.held.length > g.before) g.held.shift()
    }
    return
  }
  g.any = true
  g.found++
  if (g.quiet) return 'stop'
  if (g.list) return 'next file'
  if (!g.count) {
    const first = g.at - g.held.length
    if ((g.before > 0 || g.after > 0) && g.lastShown >= 0 && first > g.lastShown + 1) io.out('--\n')
    g.held.forEach((t, i) => show(g, io, first + i, t, '-'))
    g.held = []
    if (g.only) {
      if (!g.invert) for (const found of allMatches(regexes, text)) show(g, io, g.at, found, ':')
    } else show(g, io, g.at, text, ':')
    g.lastShown = g.at
    g.owed = g.after
  }
  if (g.found >= g.max) return 'next file'
}

function allMatches(regexes: readonly RegExp[], text: string): string[] {
  const out: string[] = []
  let at = 0
  while (at <= text.length) {
    let best: { index: number; length: number } | undefined
    for (const r of regexes) {
      const m = new RegExp(r.source, r.flags + 'g')
      m.lastIndex = at
      const hit = m.exec(text)
      if (hit && hit[0] !== '' && (!best || hit.index < best.index || (hit.index === best.index && hit[0].length > best.length)))
        best = { index: hit.index, length: hit[0].length }
    }
    if (!best) break
    out.push(text.slice(best.index, best.index + best.length))
    at = best.index + best.length
  }
  return out
}

export const grep = filter<Grep>({
  name: 'grep',
  setup,
  begin(g) {
    g.at = 0
    g.found = 0
    g.held = []
    g.owed = 0
    if (g.before === 0 && g.after === 0) g.lastShown = -1
  },
  line,
  finish(g, io) {
    if (g.quiet) return
    const name = io.file === '-' ? '(standard input)' : io.file
    if (g.list && (g.list === 'l') === g.found > 0) io.out(name + '\n')
    else if (!g.list && g.count) io.out(`${g.named ? name + ':' : ''}${g.found}\n`)
  },
  end: (g) => (g.any ? 0 : 1),
  unreadable: (call, file, error, dir) => {
    if (call.args.some((a) => /^-[a-zA-Z]*s/.test(a) || a === '--no-messages')) return ''
    return dir ? `${call.name}: ${file}: Is a directory\n` : `${call.name}: ${file}: ${error}\n`
  },
  unreadableStatus: 2,
})
