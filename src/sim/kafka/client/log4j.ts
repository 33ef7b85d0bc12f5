// Log lines as Kafka's log4j configuration renders them: `[%d] %p %m (%c)`.
import { log4jTime } from '../../base/index.ts'
import type { LogEntry } from '../../kernel/index.ts'

/** One entry as a line without its newline; an entry without a level is bare text, as a stack trace's lines are. */
export function renderLog4j(entry: LogEntry, epochMs: number): string {
  if (entry.level === '') return entry.text
  return `[${log4jTime(epochMs + Math.floor(entry.at / 1000))}] ${entry.level} ${entry.text} (${entry.logger})`
}

/** A line that a tool prints on standard error (config/tools-log4j.properties: WARN and above). */
export const toolLogLine = (wallMs: number, level: 'WARN' | 'ERROR', text: string, logger: string): string =>
  `[${log4jTime(wallMs)}] ${level} ${text} (${logger})\n`
