// Shell patterns (`*`, `?`, `[a-z]`) against text and against the names of files.

/** One element of a compiled pattern. */
export type PatternItem =
  | { readonly t: 'char'; readonly c: string }
  | { readonly t: 'any' }
  | { readonly t: 'star' }
  | { readonly t: 'set'; readonly negate: boolean; readonly ranges: readonly (readonly [string, string])[] }

/** Text whose characters are active (unquoted) or not. */
export interface Piece {
  readonly s: string
  readonly quoted: boolean
}

const CLASSES: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  digit: [['0', '9']],
  alpha: [['a', 'z'], ['A', 'Z']], // prettier-ignore
  alnum: [['a', 'z'], ['A', 'Z'], ['0', '9']], // prettier-ignore
  upper: [['A', 'Z']],
  lower: [['a', 'z']],
  space: [[' ', ' '], ['\t', '\r']], // prettier-ignore
  blank: [[' ', ' '], ['\t', '\t']], // prettier-ignore
  xdigit: [['0', '9'], ['a', 'f'], ['A', 'F']], // prettier-ignore
  punct: [['!', '/'], [':', '@'], ['[', '`'], ['{', '~']], // prettier-ignore
}

export function compilePattern(pieces: readonly Piece[]): PatternItem[] {
  const chars: { c: string; active: boolean }[] = []
  for (const p of pieces) for (const c of p.s) chars.push({ c, active: !p.quoted })
  const items: PatternItem[] = []
  for (let i = 0; i < chars.length; i++) {
    const { c, active } = chars[i]!
    if (!active) items.push({ t: 'char', c })
    else if (c === '*') {
      if (items[items.length - 1]?.t !== 'star') items.push({ t: 'star' })
    } else if (c === '?') items.push({ t: 'any' })
    else if (c === '[') {
      const set = readSet(chars, i)
      if (set) {
        items.push(set.item)
        i = set.end
      } else items.push({ t: 'char', c })
    } else if (c === '\\' && i + 1 < chars.length) items.push({ t: 'char', c: chars[++i]!.c })
    else items.push({ t: 'char', c })
  }
  return items
}

function readSet(chars: readonly { c: string; active: boolean }[], from: number): { item: PatternItem; end: number } | undefined {
  let i = from + 1
  const negate = chars[i]?.active === true && (chars[i]!.c === '!' || chars[i]!.c === '^')
  if (negate) i++
  const ranges: (readonly [string, string])[] = []
  for (let first = true; i < chars.length; first = false) {
    const c = chars[i]!.c
    if (c === ']' && !first) return { item: { t: 'set', negate, ranges }, end: i }
    if (c === '[' && chars[i + 1]?.c === ':') {
      let end = i + 2
      while (end < chars.length && chars[end]!.c !== ':') end++
      const name = chars.slice(i + 2, end).map((x) => x.c).join('') // prettier-ignore
      if (chars[end + 1]?.c === ']' && Object.hasOwn(CLASSES, name)) {
        ranges.push(...CLASSES[name]!)
        i = end + 2
        continue
      }
    }
    if (chars[i + 1]?.c === '-' && chars[i + 2] !== undefined && chars[i + 2]!.c !== ']') {
      ranges.push([c, chars[i + 2]!.c])
      i += 3
    } else {
      ranges.push([c, c])
      i++
    }
  }
  return undefined
}

const matchesOne = (item: PatternItem, c: string): boolean => {
  switch (item.t) {
    case 'char':
      return item.c === c
    case 'any':
      return true
    case 'star':
      return false
    case 'set':
      return item.ranges.some(([a, b]) => c >= a && c <= b) !== item.negate
  }
}

/** Does the whole text match? Linear in text times stars: it backtracks to the last star alone. */
export function matches(items: readonly PatternItem[], text: string): boolean {
  const chars = [...text]
  let i = 0
  let at = 0
  let star = -1
  let mark = 0
  while (at < chars.length) {
    const item = items[i]
    if (item !== undefined && item.t !== 'star' && matchesOne(item, chars[at]!)) {
      i++
      at++
    } else if (item?.t === 'star') {
      star = i++
      mark = at
    } else if (star >= 0) {
      i = star + 1
      at = ++mark
    } else return false
  }
  while (items[i]?.t === 'star') i++
  return i === items.length
}

export const hasMagic = (pieces: readonly Piece[]): boolean => pieces.some((p) => !p.quoted && /[*?[]/.test(p.s))

/** Names in a directory, undefined when it is none; absolute or relative to where the shell stands, `''` being that place itself. */
export type ListNames = (dir: string) => readonly string[] | undefined

/** The paths that match, in code-unit order (the C locale's); empty when none does. */
export function globPaths(pieces: readonly Piece[], list: ListNames): string[] {
  const segments: Piece[][] = [[]]
  for (const p of pieces) {
    const parts = p.s.split('/')
    parts.forEach((s, i) => {
      if (i > 0) segments.push([])
      if (s !== '') segments[segments.length - 1]!.push({ s, quoted: p.quoted })
    })
  }
  const absolute = segments.length > 1 && segments[0]!.length === 0
  let found: string[] = [absolute ? '/' : '']
  for (let i = absolute ? 1 : 0; i < segments.length; i++) {
    const segment = segments[i]!
    const last = i === segments.length - 1
    if (segment.length === 0) {
      // `a//b` or a slash at the end: directories only.
      if (last) found = found.filter((f) => list(f) !== undefined)
      continue
    }
    const next: string[] = []
    const text = segment.map((p) => p.s).join('')
    const compiled = compilePattern(segment)
    for (const base of found) {
      if (!hasMagic(segment)) {
        const plain = compiled.map((c) => (c.t === 'char' ? c.c : '')).join('')
        const path = base + plain
        const there = plain === '.' || plain === '..' || list(base)?.includes(plain) === true
        if (there) next.push(last ? path : path + '/')
        continue
      }
      for (const name of list(base) ?? []) {
        if (name.startsWith('.') && !text.startsWith('.')) continue
        if (!matches(compiled, name)) continue
        if (last) next.push(base + name)
        else if (list(base + name) !== undefined) next.push(base + name + '/')
      }
    }
    found = next
    if (found.length === 0) return []
  }
  return found.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
}
