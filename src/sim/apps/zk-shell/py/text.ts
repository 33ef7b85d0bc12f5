// Texts as Python has them: repr, % formatting, string escapes, order by code points.

/** Code-point order, which differs from UTF-16 order above the basic plane. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0
  const x = Array.from(a)
  const y = Array.from(b)
  for (let i = 0; i < x.length && i < y.length; i++) {
    const d = x[i]!.codePointAt(0)! - y[i]!.codePointAt(0)!
    if (d !== 0) return d
  }
  return x.length - y.length
}

export const sortedText = (names: readonly string[]): string[] => [...names].sort(compareText)

const hex = (n: number, width: number): string => n.toString(16).padStart(width, '0')

/** `repr()` of a str: single quotes unless the text has some and no double ones. */
export function reprText(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  let out = ''
  for (const ch of text) {
    const c = ch.codePointAt(0)!
    if (ch === quote || ch === '\\') out += '\\' + ch
    else if (ch === '\n') out += '\\n'
    else if (ch === '\r') out += '\\r'
    else if (ch === '\t') out += '\\t'
    else if (c < 0x20 || (c >= 0x7f && c < 0xa1) || c === 0xad) out += `\\x${hex(c, 2)}`
    else if (c >= 0xd800 && c < 0xe000) out += `\\u${hex(c, 4)}`
    else out += ch
  }
  return quote + out + quote
}

/** What Python raises as ValueError; a command that meets one shows its usage. */
export class ValueError extends Error {}
/** What Python raises as TypeError. */
export class TypeError_ extends Error {}

/** `fmt % values` where all values are strings. Throws as Python does: TypeError for a wrong count or a number wanted, ValueError for a bad format. */
export function percent(fmt: string, values: readonly string[]): string {
  let next = 0
  let out = ''
  for (let i = 0; i < fmt.length; i++) {
    if (fmt[i] !== '%') {
      out += fmt[i]
      continue
    }
    const spec = /^%([-+ #0]*)(\d*)(?:\.(\d+))?(.?)/s.exec(fmt.slice(i))!
    const [whole, flags, width, precision, type] = spec as unknown as [string, string, string, string | undefined, string]
    if (type === '') throw new ValueError('incomplete format')
    i += whole.length - 1
    if (type === '%') {
      out += '%'
      continue
    }
    const value = values[next++]
    if (!'diouxXeEfFgGcrsa'.includes(type))
      throw new ValueError(`unsupported format character '${type}' (0x${type.codePointAt(0)!.toString(16)}) at index ${i}`)
    if (value === undefined) throw new TypeError_('not enough arguments for format string')
    if (!'rsac'.includes(type) || (type === 'c' && value.length !== 1))
      throw new TypeError_(`%${type} format: a number is required, not str`)
    let text = type === 'r' || type === 'a' ? reprText(value) : value
    if (precision !== undefined) text = text.slice(0, Number(precision))
    const columns = Number(width || 0)
    out += flags.includes('-') ? text.padEnd(columns) : text.padStart(columns)
  }
  if (next < values.length) throw new TypeError_('not all arguments converted during string formatting')
  return out
}

const utf8 = (text: string): number[] => {
  const bytes: number[] = []
  for (const ch of text) {
    const c = ch.codePointAt(0)!
    if (c < 0x80) bytes.push(c)
    else if (c < 0x800) bytes.push(0xc0 | (c >> 6), 0x80 | (c & 63))
    else if (c < 0x10000) bytes.push(0xe0 | (c >> 12), 0x80 | ((c >> 6) & 63), 0x80 | (c & 63))
    else bytes.push(0xf0 | (c >> 18), 0x80 | ((c >> 12) & 63), 0x80 | ((c >> 6) & 63), 0x80 | (c & 63))
  }
  return bytes
}
export const utf8Bytes = utf8

const SIMPLE: Readonly<Record<string, string>> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}

/**
 * `text.encode().decode('unicode_escape')`, as zk-shell reads every value: escapes are interpreted, and whatever is not ASCII comes out byte by byte as Latin-1.
 * Throws ValueError on a broken escape.
 */
export function unescape(text: string): string {
  const bytes = utf8(text)
  let out = ''
  const fail = (from: number, to: number, why: string): never => {
    const where = from === to ? `byte 0x${hex(bytes[from]!, 2)} in position ${from}` : `bytes in position ${from}-${to}`
    throw new ValueError(`'unicodeescape' codec can't decode ${where}: ${why}`)
  }
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] !== 0x5c) {
      out += String.fromCharCode(bytes[i]!)
      continue
    }
    const start = i++
    if (i >= bytes.length) fail(start, start, '\\ at end of string')
    const ch = String.fromCharCode(bytes[i]!)
    const digits = { x: 2, u: 4, U: 8 }[ch]
    if (digits !== undefined) {
      let n = 0
      let got = 0
      while (got < digits && i + 1 < bytes.length && /[0-9a-fA-F]/.test(String.fromCharCode(bytes[i + 1]!))) {
        n = n * 16 + parseInt(String.fromCharCode(bytes[++i]!), 16)
        got++
      }
      if (got < digits) fail(start, i, `truncated \\${ch}${'X'.repeat(digits)} escape`)
      if (n > 0x10ffff) fail(start, i, 'illegal Unicode character')
      out += String.fromCodePoint(n)
    } else if (/[0-7]/.test(ch)) {
      let n = Number(ch)
      for (let k = 0; k < 2 && i + 1 < bytes.length && bytes[i + 1]! >= 0x30 && bytes[i + 1]! < 0x38; k++) n = n * 8 + (bytes[++i]! - 0x30)
      out += String.fromCharCode(n)
    } else if (ch in SIMPLE) out += SIMPLE[ch]
    else if (ch === 'N') fail(start, Math.min(i, bytes.length - 1), 'malformed \\N character escape')
    else out += '\\' + ch
  }
  return out
}

/** `int(text)`; undefined where Python raises. */
export function toInt(text: string): number | undefined {
  const t = text.trim()
  return /^[-+]?\d+(_\d+)*$/.test(t) ? Number(t.replace(/_/g, '')) : undefined
}

/** `float(text)`; undefined where Python raises. */
export function toFloat(text: string): number | undefined {
  const t = text.trim().replace(/(?<=\d)_(?=\d)/g, '')
  if (/^[-+]?(inf|infinity)$/i.test(t)) return t.startsWith('-') ? -Infinity : Infinity
  if (/^[-+]?nan$/i.test(t)) return NaN
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(t) ? Number(t) : undefined
}

/** `repr()` of a float. */
export function reprFloat(n: number): string {
  if (!Number.isFinite(n)) return Number.isNaN(n) ? 'nan' : n > 0 ? 'inf' : '-inf'
  if (Object.is(n, -0)) return '-0.0'
  const magnitude = Math.abs(n)
  if (magnitude !== 0 && (magnitude < 1e-4 || magnitude >= 1e16)) {
    const [mantissa, exponent] = n.toExponential().split('e') as [string, string]
    return `${mantissa}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`
  }
  return Number.isInteger(n) ? `${n}.0` : String(n)
}
