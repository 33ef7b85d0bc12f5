// Tools that need all their input: sort, wc, xxd.

import { Bytes } from '../../base/index.ts'
import { byteLength, toBytes } from './bytes.ts'
import { has, value, type Options } from './options.ts'
import { linesOf, optionsOf, quoteName, slurp, type Call, type Whole } from './tool.ts'
import { whyNotWritable } from './text.ts'

// sort

interface Key {
  readonly field: number
  readonly char: number
  readonly endField: number
  readonly endChar: number
  readonly flags: string
}

function parseKey(text: string): Key | undefined {
  const m = /^(\d+)(?:\.(\d+))?([bdfghinrV]*)(?:,(\d+)(?:\.(\d+))?([bdfghinrV]*))?$/.exec(text)
  if (!m || m[1] === '0') return undefined
  return {
    field: Number(m[1]),
    char: Number(m[2] ?? 1),
    endField: Number(m[4] ?? 0),
    endChar: Number(m[5] ?? 0),
    flags: (m[3] ?? '') + (m[6] ?? ''),
  }
}

/** The part of a line that a key looks at. */
function keyText(line: string, key: Key, separator: string | undefined): string {
  const fields = separator !== undefined ? line.split(separator) : (line.match(/[ \t]*[^ \t]+|[ \t]+$/g) ?? [line])
  const joined = separator ?? ''
  const from = fields.slice(key.field - 1)
  let text = (key.endField > 0 ? from.slice(0, Math.max(0, key.endField - key.field + 1)) : from).join(joined)
  if (key.char > 1) text = text.slice(key.char - 1)
  if (key.endField > 0 && key.endChar > 0) {
    const last = fields[key.endField - 1] ?? ''
    text = text.slice(0, text.length - Math.max(0, last.length - key.endChar))
  }
  return text
}

const numberOf = (text: string): number => Number(/^\s*(-?\d*\.?\d*)/.exec(text)?.[1] || '0') || 0
const HUMAN = 'KMGTPE'
function humanOf(text: string): number {
  const m = /^\s*(-?\d*\.?\d*)([KMGTPE]?)/i.exec(text)
  const n = Number(m?.[1] || '0') || 0
  let scale = HUMAN.indexOf((m?.[2] ?? '').toUpperCase()) + 1
  let out = n
  if (m?.[2] === '') scale = 0
  while (scale-- > 0) out *= 1024
  return out
}
const byCode = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
function versionOrder(a: string, b: string): number {
  const parts = (t: string) => t.match(/\d+|\D+/g) ?? []
  const [x, y] = [parts(a), parts(b)]
  for (let i = 0; i < Math.max(x.length, y.length); i++) {
    const [p, q] = [x[i] ?? '', y[i] ?? '']
    const order = /^\d/.test(p) && /^\d/.test(q) ? Number(p) - Number(q) : byCode(p, q)
    if (order !== 0) return order
  }
  return 0
}

function compareBy(a: string, b: string, flags: string): number {
  let x = a
  let y = b
  if (flags.includes('b')) {
    x = x.trimStart()
    y = y.trimStart()
  }
  if (flags.includes('n') || flags.includes('g')) return numberOf(x) - numberOf(y)
  if (flags.includes('h')) return humanOf(x) - humanOf(y)
  if (flags.includes('V')) return versionOrder(x, y)
  if (flags.includes('d')) {
    x = x.replace(/[^A-Za-z0-9 \t]/g, '')
    y = y.replace(/[^A-Za-z0-9 \t]/g, '')
  }
  if (flags.includes('f')) {
    x = x.toUpperCase()
    y = y.toUpperCase()
  }
  return byCode(x, y)
}

function sortSetup(call: Call): { files: readonly string[]; options: Options } | number {
  const o = optionsOf(call, { short: 'nrufbdghVsck:t:o:m', long: { 'numeric-sort': 'n', reverse: 'r', unique: 'u', 'ignore-case': 'f', 'ignore-leading-blanks': 'b', 'dictionary-order': 'd', 'general-numeric-sort': 'g', 'human-numeric-sort': 'h', 'version-sort': 'V', stable: 's', check: 'c', 'key:': 'k', 'field-separator:': 't', 'output:': 'o' }, unmodelled: 'iMRCSTz', unmodelledLong: ['month-sort', 'random-sort', 'parallel'], status: 2 }, { usage: 'sort [OPTION]... [FILE]...', what: 'Sorts lines. Options: -n -r -u -f -b -d -g -h -V -s -c -k F[.C][OPTS][,F[.C]] -t C -o FILE' }) // prettier-ignore
  if (typeof o === 'number') return o
  for (const key of o.set['k'] ?? [])
    if (!parseKey(key)) {
      call.err(
        /^0/.test(key)
          ? `sort: -: invalid field specification '${key}'\n`
          : `sort: invalid number at field start: invalid count at start of '${key}'\n`,
      )
      return 2
    }
  const separator = value(o, 't')
  if (separator !== undefined && separator.length !== 1 && separator !== '\\0') {
    call.err(separator === '' ? 'sort: empty tab\n' : `sort: multi-character tab '${separator}'\n`)
    return 2
  }
  return { files: o.operands, options: o }
}

export function sortLines(lines: readonly string[], o: Options): string[] {
  const global = ['n', 'f', 'b', 'd', 'g', 'h', 'V'].filter((f) => has(o, f)).join('') // prettier-ignore
  const reverse = has(o, 'r')
  const keys = (o.set['k'] ?? []).map((k) => parseKey(k)!)
  const separator = value(o, 't')
  const compare = (a: string, b: string): number => {
    if (keys.length === 0) return compareBy(a, b, global) * (reverse ? -1 : 1)
    for (const key of keys) {
      const own = key.flags !== ''
      const order = compareBy(keyText(a, key, separator), keyText(b, key, separator), own ? key.flags : global)
      if (order !== 0) return (own ? key.flags.includes('r') : reverse) ? -order : order
    }
    return 0
  }
  const last = has(o, 's') || has(o, 'u') ? () => 0 : (a: string, b: string) => byCode(a, b) * (reverse ? -1 : 1)
  const sorted = lines.slice().sort((a, b) => compare(a, b) || last(a, b))
  return has(o, 'u') ? sorted.filter((l, i) => i === 0 || compare(sorted[i - 1]!, l) !== 0) : sorted
}

export const sort = slurp<Options>({
  name: 'sort',
  setup: sortSetup,
  run(call, o, inputs, failed) {
    if (failed) return 2
    const lines = inputs.flatMap((i) => linesOf(i.text))
    const sorted = sortLines(lines, o)
    if (has(o, 'c')) {
      const at = lines.findIndex((l, i) => i > 0 && sortLines([lines[i - 1]!, l], o)[0] !== lines[i - 1])
      if (at < 0) return 0
      call.err(`sort: ${inputs[0]!.file}:${at + 1}: disorder: ${lines[at]}\n`)
      return 1
    }
    const text = sorted.map((l) => l + '\n').join('')
    const to = value(o, 'o')
    if (to === undefined) call.out(text)
    else {
      const problem = whyNotWritable(call, to)
      if (problem) {
        call.err(`sort: open failed: ${to}: ${problem}\n`)
        return 2
      }
      call.ctx.files.write(to, text)
    }
    return 0
  },
  unreadable: (_call, file, error, dir) => (dir ? `sort: read failed: ${file}: ${error}\n` : `sort: cannot read: ${file}: ${error}\n`),
})

// wc

export const wc = slurp<Options>({
  name: 'wc',
  setup(call) {
    const o = optionsOf(call, { short: 'lwcmL', long: { lines: 'l', words: 'w', bytes: 'c', chars: 'm', 'max-line-length': 'L' }, unmodelledLong: ['files0-from', 'total'] }, { usage: 'wc [OPTION]... [FILE]...', what: 'Counts lines, words and bytes. Options: -l -w -c -m -L' }) // prettier-ignore
    return typeof o === 'number' ? o : { files: o.operands, options: o }
  },
  tellsErrors: true,
  needsSizesOnly: (o) => has(o, 'c') && !['l', 'w', 'm', 'L'].some((k) => has(o, k)),
  run(call, o, inputs, failed) {
    const given = ['l', 'w', 'm', 'c', 'L'].filter((k) => has(o, k))
    const columns = given.length > 0 ? given : ['l', 'w', 'c']
    const size = inputs.reduce((sum, i) => sum + Math.max(0, i.size), 0)
    // What is no plain file has no size to tell the width of the columns by.
    const width = columns.length === 1 && inputs.length === 1 ? 1 : inputs.some((i) => i.size < 0) ? 7 : String(size).length
    const show = (counts: readonly number[], name: string) =>
      call.out(counts.map((n) => String(n).padStart(width)).join(' ') + (name ? ' ' + name : '') + '\n')
    const totals = columns.map(() => 0)
    for (const input of inputs) {
      if (input.error) call.err(`wc: ${input.file}: ${input.error}\n`)
      if (input.error && input.size === 0) continue
      const counts = columns.map((c) => (input.error ? 0 : countOf(c, input)))
      columns.forEach((c, i) => (totals[i] = c === 'L' ? Math.max(totals[i]!, counts[i]!) : totals[i]! + counts[i]!))
      show(counts, input.file === '-' && !call.args.includes('-') ? '' : input.file)
    }
    if (inputs.length > 1) show(totals, 'total')
    return failed ? 1 : 0
  },
})

function countOf(column: string, i: Whole): number {
  switch (column) {
    case 'l':
      return i.text.split('\n').length - 1
    case 'w':
      return i.text.split(/[ \t\n\v\f\r]+/).filter((w) => w !== '').length
    case 'm':
      return [...i.text].length
    case 'L':
      return i.text.split('\n').reduce((max, l) => Math.max(max, [...l].length), 0)
    default:
      return i.size >= 0 ? i.size : byteLength(i.text)
  }
}

// xxd

/** As much as is shown at once: an index of ten megabytes of zeros would be 650,000 lines. */
const XXD_LIMIT = 1_048_576
/** The bytes of an input from a place on: a file's own, with the zeros of space that was given in advance. */
function bytesOf(call: Call, input: Whole | undefined, skip: number, length: number): Uint8Array {
  const file = input === undefined || input.file === '-' ? undefined : call.ctx.files.stat(input.file)
  const all = file?.bytes ?? Bytes.of(Uint8Array.from(toBytes(input?.text ?? '')))
  const size = Math.max(all.length, file?.size ?? 0)
  const shown = new Uint8Array(Math.max(0, Math.min(size - skip, length)))
  shown.set(all.view(skip, skip + shown.length))
  return shown
}

export const xxd = slurp<Options>({
  name: 'xxd',
  setup(call) {
    const o = optionsOf(
      call,
      { short: 'l:s:c:pu', unmodelled: 'abEeghirCd' },
      { usage: 'xxd [-l LENGTH] [-s SKIP] [-c COLUMNS] [-p] [FILE]', what: 'Shows bytes in hexadecimal.' },
    )
    return typeof o === 'number' ? o : { files: o.operands, options: o }
  },
  // It takes the bytes themselves, and has a limit of its own.
  needsSizesOnly: () => true,
  run(call, o, inputs, failed) {
    const skip = Number(value(o, 's') ?? 0)
    const wanted = has(o, 'l') ? Number(value(o, 'l')) : Infinity
    const all = bytesOf(call, inputs[0], skip, Math.min(wanted, XXD_LIMIT + 1))
    const bytes = Array.from(all.subarray(0, XXD_LIMIT))
    const hex = (b: number) => (has(o, 'u') ? b.toString(16).toUpperCase() : b.toString(16)).padStart(2, '0')
    const columns = Math.max(1, Number(value(o, 'c') ?? (has(o, 'p') ? 30 : 16)) || 16)
    for (let i = 0; i < bytes.length; i += columns) {
      const row = bytes.slice(i, i + columns)
      if (has(o, 'p')) {
        call.out(row.map(hex).join('') + '\n')
        continue
      }
      let text = ''
      for (let j = 0; j < columns; j++) text += (row[j] === undefined ? '  ' : hex(row[j]!)) + (j % 2 === 1 ? ' ' : '')
      const shown = row.map((b) => (b >= 32 && b < 127 ? String.fromCharCode(b) : '.')).join('') // prettier-ignore
      call.out(`${(skip + i).toString(16).padStart(8, '0')}: ${text.trimEnd().padEnd(Math.ceil((columns * 5) / 2) - 1)}  ${shown}\n`)
    }
    if (all.length > XXD_LIMIT) call.err(`xxd: more than ${XXD_LIMIT} bytes are not shown here; -s and -l choose a part\n`)
    return failed ? 1 : 0
  },
})

/** tac: the lines, the last first. */
export const tac = slurp<null>({
  name: 'tac',
  setup: (call) => ({ files: call.args.filter((a) => a === '-' || !a.startsWith('-')), options: null }),
  run(call, _o, inputs, failed) {
    for (const input of inputs) call.out(linesOf(input.text).reverse().map((l) => l + '\n').join('')) // prettier-ignore
    return failed ? 1 : 0
  },
  unreadable: (call, file, error) => `tac: failed to open ${quoteName(call, file)} for reading: ${error}\n`,
})
