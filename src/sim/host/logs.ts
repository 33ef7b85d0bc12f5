// The bounded logs of a host; `console` is what docker keeps of a container's output.

import { List } from '../base/index.ts'
import type { LogEntry } from '../kernel/index.ts'
import type { MachineEngine } from './machine.ts'

/** Lines kept of each log; what has fallen out can be had by replay. */
const LOG_KEPT = 2000

export function writeLog(engine: MachineEngine, hostName: string, name: string, entry: LogEntry): void {
  const host = engine.slices.host(hostName)
  if (!host) return
  let log = (host.logs[name] ?? List.empty<LogEntry>()).push(entry)
  if (log.size > LOG_KEPT + 512) log = log.keepLast(LOG_KEPT)
  host.logs[name] = log
}

/** Bare text that a container's program printed. */
export function consoleText(engine: MachineEngine, host: string, text: string): void {
  const current = engine.current
  const event = 'id' in current ? current.id : -1
  for (const line of text.replace(/\n$/, '').split('\n')) {
    writeLog(engine, host, 'console', { at: engine.world.now, level: '', logger: '', text: line, event })
  }
}
