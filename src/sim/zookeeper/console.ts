// The server's log on its container's console: lines as log4j prints them (conf/log4j.properties at release-3.5.5).

import { log4jTime } from '../base/index.ts'
import type { Context, LogEntry } from '../kernel/index.ts'

/** Writes a line. `myid` is empty until the file is read; `where` is class and source line: `QuorumPeer@1193`. */
export function say(ctx: Context, level: 'INFO' | 'WARN' | 'ERROR', myid: number | '', thread: string, where: string, text: string): void {
  ctx.log('console', level, `${myid} ${thread}:${where}`, text)
}

/** A console entry as text, without its end of line. `epochMs` is the wall clock at virtual time 0. */
export function renderLog(entry: LogEntry, epochMs: number): string {
  if (entry.level === '') return entry.text
  const space = entry.logger.indexOf(' ')
  const time = log4jTime(epochMs + Math.floor(entry.at / 1000))
  return `${time} [myid:${entry.logger.slice(0, space)}] - ${entry.level.padEnd(5)} [${entry.logger.slice(space + 1)}] - ${entry.text}`
}

export const quorumThread = (myid: number, clientPort: number): string =>
  `QuorumPeer[myid=${myid}](plain=/0.0.0.0:${clientPort})(secure=disabled)`
