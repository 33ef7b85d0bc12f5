// A host's logs as lines: written as the program itself would, filtered by level and by text.

import { List, renderLog, type HostName, type LogEntry, type Micros, type TraceEntry, type World } from '../../sim/index.ts'

export interface LogLine {
  /** Its position in the log: the same line has the same key at any moment of a future. */
  readonly key: number
  readonly at: Micros
  readonly level: LogEntry['level']
  readonly text: string
  readonly event: number
}

/** Levels from the least to the most urgent; '' are lines without a level, which every filter lets pass with the line before them. */
export const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const
export type Level = (typeof LEVELS)[number]

const urgency = (level: LogEntry['level']): number => (level === '' ? -1 : LEVELS.indexOf(level))

/** Names of a host's logs, the console first. */
export const logNames = (world: World, host: HostName): string[] =>
  Object.keys(world.hosts[host]?.logs ?? {}).sort((a, b) => Number(b === 'console') - Number(a === 'console') || (a < b ? -1 : 1))

export const logOf = (world: World, host: HostName, name: string): List<LogEntry> => world.hosts[host]?.logs[name] ?? List.empty<LogEntry>()

/** Lines already written out: an entry reads the same whenever it is read. */
const written = new WeakMap<LogEntry, string>()
function textOf(world: World, host: HostName, entry: LogEntry): string {
  let text = written.get(entry)
  if (text === undefined) written.set(entry, (text = renderLog(world, host, entry)))
  return text
}

/** Lines of a log that pass the filter, oldest first. Text is looked for in the whole line, without regard to case. */
export function logLines(world: World, host: HostName, name: string, least: Level, text: string): LogLine[] {
  const log = logOf(world, host, name)
  const wanted = text.trim().toLowerCase()
  const floor = LEVELS.indexOf(least)
  const lines: LogLine[] = []
  let passes = true
  for (let i = log.start; i < log.end; i++) {
    const entry = log.at(i)!
    if (entry.level !== '') passes = urgency(entry.level) >= floor
    if (!passes) continue
    const line = textOf(world, host, entry)
    if (wanted !== '' && !line.toLowerCase().includes(wanted)) continue
    lines.push({ key: i, at: entry.at, level: entry.level, text: line, event: entry.event })
  }
  return lines
}

/** The first line written after a moment: where the present stands in a log that is known further. Equal to the length when all is past. */
export function firstAfter(lines: readonly LogLine[], now: Micros): number {
  let lo = 0
  let hi = lines.length
  while (lo < hi) {
    const mid = (lo + hi) >> 1
    if (lines[mid]!.at <= now) lo = mid + 1
    else hi = mid
  }
  return lo
}

/** What was noted in the event in which a line was written: what there is to ask "why" of. Undefined when nothing was, or it is not in this trace. */
export function entryOf(trace: List<TraceEntry>, line: LogLine): TraceEntry | undefined {
  let lo = trace.start
  let hi = trace.end
  while (lo < hi) {
    const mid = (lo + hi) >> 1
    if (trace.at(mid)!.at < line.at) lo = mid + 1
    else hi = mid
  }
  for (let i = lo; i < trace.end && trace.at(i)!.at === line.at; i++) {
    const entry = trace.at(i)!
    if (!('root' in entry.cause) && entry.cause.id === line.event) return entry
  }
  return undefined
}
