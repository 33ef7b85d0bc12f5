// Holds what the simulation printed against a recording of the real cluster: line by line, after masking what no two runs of the real cluster share.
// Marks: `|` equal and in order; `%` equal, the block in any order; `~` the shape alone, about as often; `:` and `=` as they are.

import type { RecordedAction } from '../../cli/recording.ts'

/** What two runs of the real cluster do not share, each with the word that stands in its place. */
const MASKS: readonly { readonly what: string; readonly found: RegExp; readonly becomes: string }[] = [
  { what: 'epoch milliseconds', found: /(?<!\w)1[4-9]\d{11}(?!\w)/g, becomes: 'MILLIS' },
  { what: 'log times', found: /(?<!\w)\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,:]\d{3,6})?(?!\w)/g, becomes: 'INSTANT' },
  { what: 'Java dates', found: /(?<!\w)(?:[A-Z][a-z]{2} ){2}\d{2} \d{2}:\d{2}:\d{2} [A-Z]{3} \d{4}(?!\w)/g, becomes: 'DAY' },
  {
    what: 'owner and date of ls -l',
    found: /(?<mode>[dl-][r-][w-][x-][r-][w-][x-][r-][w-][x-]\.?) +(?<links>\d+) +\S+ +\S+ +(?<size>\d+) +[A-Z][a-z]{2} +\d+ +[\d:]+ /g,
    becomes: '$<mode> $<links> OWNER $<size> DAY ',
  },
  { what: 'total of ls -l', found: /^\| total \d+$/g, becomes: '| total BLOCKS' },
  { what: 'zxids and session ids', found: /(?<!\w)0x[\da-f]{7,16}(?!\w)/g, becomes: 'HEX' },
  { what: 'uuids', found: /(?<!\w)[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}(?!\w)/g, becomes: 'UUID' },
  { what: 'folders to be deleted', found: /(?<!\w)[\da-f]{32}(?=-delete\b)/g, becomes: 'UUID' },
  { what: 'groups of console consumers', found: /(?<=console-consumer-)\d+/g, becomes: 'N' },
  { what: 'cluster ids', found: /(?<="id":")[-\w]{22}(?=")/g, becomes: 'CLUSTER' },
  { what: 'checksums', found: /(?<=\b(?:crc|checksum):? +)\d+/g, becomes: 'CRC' },
  { what: 'throughput', found: /(?<="(?:target|avg)_throughput":)[-\dE.]+/g, becomes: 'RATE' },
  {
    what: 'addresses with the port that a client was given',
    found: /(?<![\w.])\d+(?:\.\d+){3}(?:', \d{4,5}(?!\w))?(?!\w) */g,
    becomes: 'ADDRESS ',
  },
  { what: 'identity hashes', found: /(?<=\[[A-Z]@)[\da-f]+/g, becomes: 'HASH' },
  { what: 'a prompt without a connection', found: /\((?:DISCONNECTED|CONNECTING \[\w+\])\)(?= \/>)/g, becomes: '(NOT CONNECTED)' },
  { what: 'latencies', found: /(?<=\bLatency min\/avg\/max: )[\d/]+/g, becomes: 'N' },
]

export const masked = (line: string): string => MASKS.reduce((text, mask) => text.replace(mask.found, mask.becomes), line.trimEnd())

const shapeOf = (line: string): string =>
  masked(line)
    .replace(/\d+(?:\.\d+)?/g, '#')
    .replace(/ {2,}/g, ' ')

/** Frames of Java stack traces, and in a usage text everything but the options' names, in their order, are not compared. */
function withoutProse(lines: readonly string[]): string[] {
  const out: string[] = []
  let usage = false
  for (const line of lines) {
    if (/^[|~%] (?:\tat |\t?\.\.\. \d+ (?:more|common))/.test(line)) continue
    if (!usage) {
      usage = /^\| Option(?: +Description)?\s*$/.test(line)
      out.push(usage ? '| Option' : line)
      continue
    }
    const option = /^\| --?\w[\w.-]*/.exec(line)
    if (option) out.push(option[0])
    else if (!line.startsWith('| ')) out.push(line)
  }
  return out
}

/** How many items of two sequences stand in the same order: the longest common subsequence, common ends taken off first. */
export function inOrder<T>(a: readonly T[], b: readonly T[]): number {
  let from = 0
  while (from < a.length && from < b.length && a[from] === b[from]) from++
  let [endA, endB] = [a.length, b.length]
  while (endA > from && endB > from && a[endA - 1] === b[endB - 1]) [endA, endB] = [endA - 1, endB - 1]
  const ends = from + a.length - endA
  const best = new Array<number>(endB - from + 1).fill(0)
  for (let i = from; i < endA; i++) {
    let diagonal = 0
    for (let j = 1; j < best.length; j++) {
      const above = best[j]!
      best[j] = a[i] === b[from + j - 1] ? diagonal + 1 : Math.max(above, best[j - 1]!)
      diagonal = above
    }
  }
  return ends + (best.at(-1) ?? 0)
}

class Bag {
  private readonly counts = new Map<string, number>()
  constructor(lines: Iterable<string> = []) {
    for (const line of lines) this.add(line)
  }
  add(line: string): void {
    this.counts.set(line, this.of(line) + 1)
  }
  of(line: string): number {
    return this.counts.get(line) ?? 0
  }
  take(line: string): boolean {
    const n = this.of(line)
    if (n > 0) this.counts.set(line, n - 1)
    return n > 0
  }
  entries(): IterableIterator<[string, number]> {
    return this.counts.entries()
  }
}

export interface BlockComparison {
  /** `z > ls /`. */
  readonly head: string
  readonly equal: number
  readonly total: number
  /** Masked lines that only one side has. */
  readonly missing: readonly string[]
  readonly extra: readonly string[]
}

const headOf = (action: RecordedAction): string => `${action.terminal} ${action.sign} ${action.text}`.trimEnd()
const isCompared = (action: RecordedAction): boolean => action.sign !== '$' || !/^(?:docker-compose|link|znodes) /.test(action.text)
const unmark = (line: string): string => `| ${line.slice(2)}`

/** Lines that only `a` has, counting repetitions. */
function only(a: readonly string[], b: readonly string[]): string[] {
  const bag = new Bag(b)
  return a.filter((line) => !bag.take(line))
}

function compareLines(action: RecordedAction, real: readonly string[], other: readonly string[]): Omit<BlockComparison, 'head'> {
  const loose = new Bag(real.filter((l) => l.startsWith('~ ')).map((l) => shapeOf(unmark(l))))
  const anyOrder = real.some((l) => l.startsWith('% '))
  let exact = real.filter((l) => !l.startsWith('~ ')).map((l) => masked(l.startsWith('% ') ? unmark(l) : l))
  // A line of ours counts as loose only when no exact line claims it: a loose line does not loosen its neighbours.
  const claims = new Bag(exact)
  const foundLoose = new Bag()
  let ours: string[] = []
  for (const line of other) {
    if (!claims.take(masked(line)) && loose.of(shapeOf(line)) > 0) foundLoose.add(shapeOf(line))
    else ours.push(masked(line))
  }
  if (/^ls /.test(action.text))
    [exact, ours] = [exact, ours].map((lines) => lines.map((l) => l.replace(/\s+/g, ' '))) as [string[], string[]]
  if (anyOrder) [exact, ours] = [[...exact].sort(), [...ours].sort()]
  let equal = inOrder(exact, ours)
  let total = Math.max(exact.length, ours.length)
  const missing = only(exact, ours)
  const extra = only(ours, exact)
  for (const [shape, wanted] of loose.entries()) {
    const found = foundLoose.of(shape)
    total += wanted
    const enough = found > 0 && Math.abs(found - wanted) <= Math.max(3, wanted / 10)
    equal += enough ? wanted : Math.floor(found > wanted ? (wanted * wanted) / found : found)
    if (!enough) missing.push(`${wanted} times, not ${found}: ${shape}`)
  }
  return { equal, total, missing, extra }
}

/** Compares two runs of the same actions, block by block. */
export function compareRecordings(real: readonly RecordedAction[], other: readonly RecordedAction[]): BlockComparison[] {
  return real.map((action, i) => {
    const head = headOf(action)
    const match = other[i]
    if (!match || headOf(match) !== head)
      return { head: `${head} (missing)`, equal: 0, total: Math.max(1, action.output.length), missing: [], extra: [] }
    if (!isCompared(action)) return { head, equal: 0, total: 0, missing: [], extra: [] }
    return { head, ...compareLines(action, withoutProse(action.output), withoutProse(match.output)) }
  })
}

/** The differences as a text for a failing test; empty when all is equal. */
export const describeDifferences = (blocks: readonly BlockComparison[]): string =>
  blocks
    .filter((b) => b.equal < b.total)
    .flatMap((b) => [`${b.head}   ${b.equal}/${b.total}`, ...b.missing.map((l) => `  - ${l}`), ...b.extra.map((l) => `  + ${l}`)])
    .join('\n')
