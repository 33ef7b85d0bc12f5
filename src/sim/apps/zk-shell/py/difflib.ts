// difflib: matching blocks, ratio, ndiff and unified diffs (CPython's Lib/difflib.py), over characters or lines.

type Seq = readonly string[]
export interface Block {
  readonly a: number
  readonly b: number
  readonly size: number
}
export type Tag = 'replace' | 'delete' | 'insert' | 'equal'
export type Opcode = readonly [tag: Tag, i1: number, i2: number, j1: number, j2: number]

/** Compares two sequences; `isJunk` elements of the second never anchor a match. */
export class SequenceMatcher {
  private b2j = new Map<string, number[]>()
  private junk = new Set<string>()
  private blocks: Block[] | undefined

  constructor(
    private readonly a: Seq,
    private readonly b: Seq,
    isJunk?: (element: string) => boolean,
  ) {
    b.forEach((element, i) => {
      const at = this.b2j.get(element)
      if (at) at.push(i)
      else this.b2j.set(element, [i])
    })
    for (const element of [...this.b2j.keys()]) {
      if (!isJunk?.(element)) continue
      this.junk.add(element)
      this.b2j.delete(element)
    }
    // Elements in more than one per cent of a long sequence say nothing.
    if (b.length >= 200) {
      const limit = Math.floor(b.length / 100) + 1
      for (const [element, at] of [...this.b2j]) if (at.length > limit) this.b2j.delete(element)
    }
  }

  private longest(alo: number, ahi: number, blo: number, bhi: number): Block {
    const { a, b, junk } = this
    let bestA = alo
    let bestB = blo
    let size = 0
    let lengths = new Map<number, number>()
    for (let i = alo; i < ahi; i++) {
      const next = new Map<number, number>()
      for (const j of this.b2j.get(a[i]!) ?? []) {
        if (j < blo) continue
        if (j >= bhi) break
        const k = (lengths.get(j - 1) ?? 0) + 1
        next.set(j, k)
        if (k > size) [bestA, bestB, size] = [i - k + 1, j - k + 1, k]
      }
      lengths = next
    }
    for (const wanted of [false, true]) {
      const fits = (element: string): boolean => junk.has(element) === wanted
      while (bestA > alo && bestB > blo && fits(b[bestB - 1]!) && a[bestA - 1] === b[bestB - 1])
        [bestA, bestB, size] = [bestA - 1, bestB - 1, size + 1]
      while (bestA + size < ahi && bestB + size < bhi && fits(b[bestB + size]!) && a[bestA + size] === b[bestB + size]) size++
    }
    return { a: bestA, b: bestB, size }
  }

  /** Matching blocks in order, the last of size 0 at the ends. */
  matchingBlocks(): readonly Block[] {
    if (this.blocks) return this.blocks
    const found: Block[] = []
    const queue: [number, number, number, number][] = [[0, this.a.length, 0, this.b.length]]
    for (let part = queue.pop(); part; part = queue.pop()) {
      const [alo, ahi, blo, bhi] = part
      const m = this.longest(alo, ahi, blo, bhi)
      if (m.size === 0) continue
      found.push(m)
      if (alo < m.a && blo < m.b) queue.push([alo, m.a, blo, m.b])
      if (m.a + m.size < ahi && m.b + m.size < bhi) queue.push([m.a + m.size, ahi, m.b + m.size, bhi])
    }
    found.sort((x, y) => x.a - y.a || x.b - y.b)
    const joined: Block[] = []
    let last: Block = { a: 0, b: 0, size: 0 }
    for (const block of found) {
      if (last.a + last.size === block.a && last.b + last.size === block.b) last = { ...last, size: last.size + block.size }
      else {
        if (last.size > 0) joined.push(last)
        last = block
      }
    }
    if (last.size > 0) joined.push(last)
    this.blocks = [...joined, { a: this.a.length, b: this.b.length, size: 0 }]
    return this.blocks
  }

  opcodes(): Opcode[] {
    let i = 0
    let j = 0
    const out: Opcode[] = []
    for (const { a, b, size } of this.matchingBlocks()) {
      if (i < a && j < b) out.push(['replace', i, a, j, b])
      else if (i < a) out.push(['delete', i, a, j, b])
      else if (j < b) out.push(['insert', i, a, j, b])
      if (size > 0) out.push(['equal', a, a + size, b, b + size])
      i = a + size
      j = b + size
    }
    return out
  }

  ratio(): number {
    const length = this.a.length + this.b.length
    if (length === 0) return 1
    return (2 * this.matchingBlocks().reduce((sum, block) => sum + block.size, 0)) / length
  }
}

/** Characters of `word` that lie in blocks matching `query`. */
export const matchedLength = (word: string, query: string): number =>
  new SequenceMatcher(Array.from(word), Array.from(query)).matchingBlocks().reduce((sum, block) => sum + block.size, 0)

const isBlank = (ch: string): boolean => ch === ' ' || ch === '\t'
const dump = (mark: string, lines: Seq, from: number, to: number): string[] => lines.slice(from, to).map((line) => `${mark} ${line}`)

function plainReplace(a: Seq, alo: number, ahi: number, b: Seq, blo: number, bhi: number): string[] {
  const deleted = dump('-', a, alo, ahi)
  const inserted = dump('+', b, blo, bhi)
  return bhi - blo < ahi - alo ? [...inserted, ...deleted] : [...deleted, ...inserted]
}

/** The `?` lines under a pair of similar lines. */
function guide(aline: string, bline: string, atags: string, btags: string): string[] {
  const tabs = (line: string): number => /^\t*/.exec(line)![0].length
  const common = Math.min(tabs(aline), tabs(bline), /^ */.exec(atags)![0].length, /^ */.exec(btags)![0].length)
  const line = (tags: string): string[] => {
    const text = '\t'.repeat(common) + tags.slice(common).replace(/\s+$/, '')
    return text.trim() === '' ? [] : [`? ${text}\n`]
  }
  return [`- ${aline}`, ...line(atags.replace(/\s+$/, '')), `+ ${bline}`, ...line(btags.replace(/\s+$/, ''))]
}

function fancyReplace(a: Seq, alo: number, ahi: number, b: Seq, blo: number, bhi: number): string[] {
  let best = 0.74
  let bestI = -1
  let bestJ = -1
  let equalI = -1
  let equalJ = -1
  for (let j = blo; j < bhi; j++) {
    for (let i = alo; i < ahi; i++) {
      if (a[i] === b[j]) {
        if (equalI < 0) [equalI, equalJ] = [i, j]
        continue
      }
      const ratio = new SequenceMatcher(Array.from(a[i]!), Array.from(b[j]!), isBlank).ratio()
      if (ratio > best) [best, bestI, bestJ] = [ratio, i, j]
    }
  }
  const identical = best < 0.75
  if (identical) {
    if (equalI < 0) return plainReplace(a, alo, ahi, b, blo, bhi)
    ;[bestI, bestJ] = [equalI, equalJ]
  }
  const out = fancyHelper(a, alo, bestI, b, blo, bestJ)
  const [x, y] = [a[bestI]!, b[bestJ]!]
  if (identical) out.push(`  ${x}`)
  else {
    let atags = ''
    let btags = ''
    for (const [tag, i1, i2, j1, j2] of new SequenceMatcher(Array.from(x), Array.from(y), isBlank).opcodes()) {
      const [la, lb] = [i2 - i1, j2 - j1]
      const mark = { replace: '^', delete: '-', insert: '+', equal: ' ' }[tag]
      atags += mark.repeat(tag === 'insert' ? 0 : la)
      btags += mark.repeat(tag === 'delete' ? 0 : lb)
    }
    out.push(...guide(x, y, atags, btags))
  }
  return [...out, ...fancyHelper(a, bestI + 1, ahi, b, bestJ + 1, bhi)]
}

function fancyHelper(a: Seq, alo: number, ahi: number, b: Seq, blo: number, bhi: number): string[] {
  if (alo < ahi) return blo < bhi ? fancyReplace(a, alo, ahi, b, blo, bhi) : dump('-', a, alo, ahi)
  return blo < bhi ? dump('+', b, blo, bhi) : []
}

/** difflib.ndiff: lines with `- `, `+ `, `? ` or two blanks before them. */
export function ndiff(a: Seq, b: Seq): string[] {
  return new SequenceMatcher(a, b).opcodes().flatMap(([tag, i1, i2, j1, j2]) => {
    switch (tag) {
      case 'replace':
        return fancyReplace(a, i1, i2, b, j1, j2)
      case 'delete':
        return dump('-', a, i1, i2)
      case 'insert':
        return dump('+', b, j1, j2)
      case 'equal':
        return dump(' ', a, i1, i2)
    }
  })
}

/** difflib.unified_diff with its defaults: three lines of context, nameless files. */
export function unifiedDiff(a: Seq, b: Seq): string[] {
  const codes = new SequenceMatcher(a, b).opcodes()
  if (codes.every(([tag]) => tag === 'equal')) return []
  const n = 3
  const first = codes[0]!
  if (first[0] === 'equal') codes[0] = ['equal', Math.max(first[1], first[2] - n), first[2], Math.max(first[3], first[4] - n), first[4]]
  const end = codes[codes.length - 1]!
  if (end[0] === 'equal') codes[codes.length - 1] = ['equal', end[1], Math.min(end[2], end[1] + n), end[3], Math.min(end[4], end[3] + n)]
  const groups: Opcode[][] = []
  let group: Opcode[] = []
  for (const [tag, i1, i2, j1, j2] of codes) {
    if (tag === 'equal' && i2 - i1 > 2 * n) {
      groups.push([...group, [tag, i1, Math.min(i2, i1 + n), j1, Math.min(j2, j1 + n)]])
      group = [[tag, Math.max(i1, i2 - n), i2, Math.max(j1, j2 - n), j2]]
    } else group.push([tag, i1, i2, j1, j2])
  }
  if (group.length > 0 && !(group.length === 1 && group[0]![0] === 'equal')) groups.push(group)
  const range = (from: number, to: number): string => {
    const length = to - from
    if (length === 1) return String(from + 1)
    return `${length === 0 ? from : from + 1},${length}`
  }
  const out = ['--- \n', '+++ \n']
  for (const g of groups) {
    const [f, l] = [g[0]!, g[g.length - 1]!]
    out.push(`@@ -${range(f[1], l[2])} +${range(f[3], l[4])} @@\n`)
    for (const [tag, i1, i2, j1, j2] of g) {
      if (tag === 'equal') out.push(...a.slice(i1, i2).map((line) => ` ${line}`))
      else out.push(...a.slice(i1, i2).map((line) => `-${line}`), ...b.slice(j1, j2).map((line) => `+${line}`))
    }
  }
  return out
}
