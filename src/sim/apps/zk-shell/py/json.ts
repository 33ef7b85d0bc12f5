// JSON as Python's json module reads and writes it: integers apart from floats, keys in the order they came, non-ASCII written as \u escapes.

import { reprFloat, reprText, toFloat, toInt, ValueError } from './text.ts'

/** A Python value that came from JSON, or goes there. */
export type Py =
  | { readonly t: 'none' }
  | { readonly t: 'bool'; readonly v: boolean }
  /** Digits as they were written: Python's integers have no limit. */
  | { readonly t: 'int'; readonly v: string }
  | { readonly t: 'float'; readonly v: number }
  | { readonly t: 'str'; readonly v: string }
  | { readonly t: 'list'; v: Py[] }
  | { readonly t: 'dict'; v: Map<string, Py> }

export const str = (v: string): Py => ({ t: 'str', v })

/** json.loads; undefined when the text is not JSON. `NaN`, `Infinity` and lone surrogates are allowed, as there. */
export function loads(text: string): Py | undefined {
  let i = 0
  const bad = (): never => {
    throw new ValueError('not JSON')
  }
  const space = (): void => {
    while (i < text.length && ' \t\n\r'.includes(text[i]!)) i++
  }
  const string = (): string => {
    let out = ''
    for (i++; ; i++) {
      const ch = text[i]
      if (ch === undefined || ch < ' ') return bad()
      if (ch === '"') {
        i++
        return out
      }
      if (ch !== '\\') {
        out += ch
        continue
      }
      const e = text[++i] ?? bad()
      if (e === 'u') {
        const digits = text.slice(i + 1, i + 5)
        if (!/^[0-9a-fA-F]{4}$/.test(digits)) return bad()
        out += String.fromCharCode(parseInt(digits, 16))
        i += 4
      } else out += ({ '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' } as Record<string, string>)[e] ?? bad()
    }
  }
  const value = (depth: number): Py => {
    if (depth > 500) return bad()
    const ch = text[i]
    if (ch === '"') return { t: 'str', v: string() }
    if (ch === '[' || ch === '{') {
      const close = ch === '[' ? ']' : '}'
      const list: Py[] = []
      const dict = new Map<string, Py>()
      i++
      space()
      if (text[i] === close) i++
      else
        for (;;) {
          space()
          if (ch === '[') list.push(value(depth + 1))
          else {
            if (text[i] !== '"') return bad()
            const key = string()
            space()
            if (text[i++] !== ':') return bad()
            space()
            dict.set(key, value(depth + 1))
          }
          space()
          const next = text[i++]
          if (next === close) break
          if (next !== ',') return bad()
        }
      return ch === '[' ? { t: 'list', v: list } : { t: 'dict', v: dict }
    }
    const word =
      /^(?:null|true|false|NaN|-?Infinity|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?)/.exec(text.slice(i, i + 400))?.[0] ?? bad()
    i += word.length
    if (word === 'null') return { t: 'none' }
    if (word === 'true' || word === 'false') return { t: 'bool', v: word === 'true' }
    if (/^-?\d+$/.test(word)) return { t: 'int', v: word === '-0' ? '0' : word }
    return { t: 'float', v: word === 'NaN' ? NaN : Number(word) }
  }
  try {
    space()
    const v = value(0)
    space()
    return i === text.length ? v : undefined
  } catch (e) {
    if (e instanceof ValueError) return undefined
    throw e
  }
}

function quote(text: string): string {
  let out = '"'
  for (let i = 0; i < text.length; i++) {
    const ch = text[i]!
    const c = text.charCodeAt(i)
    const short = ({ '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\b': '\\b', '\f': '\\f' } as Record<string, string>)[
      ch
    ]
    out += short ?? (c < 0x20 || c > 0x7e ? `\\u${c.toString(16).padStart(4, '0')}` : ch)
  }
  return out + '"'
}

/** json.dumps; `indent` as there, undefined for one line. */
export function dumps(value: Py, options: { indent?: number; sortKeys?: boolean } = {}, level = 0): string {
  switch (value.t) {
    case 'none':
      return 'null'
    case 'bool':
      return String(value.v)
    case 'int':
      return value.v
    case 'float':
      return Number.isFinite(value.v) ? reprFloat(value.v) : Number.isNaN(value.v) ? 'NaN' : value.v > 0 ? 'Infinity' : '-Infinity'
    case 'str':
      return quote(value.v)
    case 'list':
    case 'dict': {
      const entries = value.t === 'list' ? [] : [...value.v]
      if (options.sortKeys) entries.sort((a, b) => (a[0] < b[0] ? -1 : 1))
      const parts =
        value.t === 'list'
          ? value.v.map((item) => dumps(item, options, level + 1))
          : entries.map(([key, item]) => `${quote(key)}: ${dumps(item, options, level + 1)}`)
      const [open, close] = value.t === 'list' ? ['[', ']'] : ['{', '}']
      if (parts.length === 0) return open + close
      if (options.indent === undefined) return open + parts.join(', ') + close
      const pad = (n: number): string => '\n' + ' '.repeat(options.indent! * n)
      return open + pad(level + 1) + parts.join(',' + pad(level + 1)) + pad(level) + close
    }
  }
}

/** `repr()`. */
export function reprPy(value: Py): string {
  switch (value.t) {
    case 'none':
      return 'None'
    case 'bool':
      return value.v ? 'True' : 'False'
    case 'int':
      return value.v
    case 'float':
      return reprFloat(value.v)
    case 'str':
      return reprText(value.v)
    case 'list':
      return `[${value.v.map(reprPy).join(', ')}]`
    case 'dict':
      return `{${[...value.v].map(([key, item]) => `${reprText(key)}: ${reprPy(item)}`).join(', ')}}`
  }
}

/** `str()`. */
export const strPy = (value: Py): string => (value.t === 'str' ? value.v : reprPy(value))

/** A copy that may be changed. */
export function clone(value: Py): Py {
  if (value.t === 'list') return { t: 'list', v: value.v.map(clone) }
  if (value.t === 'dict') return { t: 'dict', v: new Map([...value.v].map(([key, item]) => [key, clone(item)])) }
  return value
}

/** `a == b`: numbers by value, dicts whatever their order. */
export function equalPy(a: Py, b: Py): boolean {
  const number = (x: Py): number | undefined =>
    x.t === 'int' ? Number(x.v) : x.t === 'float' ? x.v : x.t === 'bool' ? Number(x.v) : undefined
  const [x, y] = [number(a), number(b)]
  if (x !== undefined || y !== undefined) return a.t === 'int' && b.t === 'int' ? a.v === b.v : x === y
  if (a.t === 'list' && b.t === 'list') return a.v.length === b.v.length && a.v.every((item, i) => equalPy(item, b.v[i]!))
  if (a.t === 'dict' && b.t === 'dict')
    return a.v.size === b.v.size && [...a.v].every(([key, item]) => b.v.has(key) && equalPy(item, b.v.get(key)!))
  return a.t === b.t && (a.t !== 'str' || a.v === (b as { v: string }).v)
}

/** zk-shell's `value_type`: str, int, float, bool or json. Throws ValueError for a text that is not one. An unknown type gives undefined. */
export function toType(text: string, type: string): Py | undefined {
  const need = <T>(value: T | undefined): T => {
    if (value === undefined) throw new ValueError('bad value')
    return value
  }
  switch (type) {
    case 'str':
      return str(text)
    case 'int':
      need(toInt(text))
      return {
        t: 'int',
        v: text
          .trim()
          .replace(/_/g, '')
          .replace(/^\+/, '')
          .replace(/^(-?)0+(?=\d)/, '$1'),
      }
    case 'float':
      return { t: 'float', v: need(toFloat(text)) }
    case 'bool': {
      const lower = text.toLowerCase()
      if (lower !== 'true' && lower !== 'false') throw new ValueError('bad bool')
      return { t: 'bool', v: lower === 'true' }
    }
    case 'json':
      return need(loads(text))
    default:
      return undefined
  }
}
