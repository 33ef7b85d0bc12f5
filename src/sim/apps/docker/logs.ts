// `docker-compose logs`: what containers printed, each line behind the name of its container, merged by time; `-f` goes on.

import { log4jTime, ms, toMs } from '../../base/index.ts'
import type { Context, Input, LogEntry } from '../../kernel/index.ts'
import { containerName, runs } from './names.ts'
import { valueOf, type Parsed } from './options.ts'

export interface LogsState {
  hosts: string[]
  /** How far each host's console was shown: a position of its log. */
  shown: Record<string, number>
  running: Record<string, boolean>
  follow: boolean
  timestamps: boolean
  colour: boolean
  attached: boolean
}

/** Lines of one container asked for without a bound. */
const TAIL_ALL = 1_000_000
/** compose goes round these, then their bright forms. */
const COLOURS = [36, 33, 32, 35, 31, 34]
/** How often a follower looks for new lines. */
const LOOK = ms(100)

export function newLogs(ctx: Context, hosts: readonly string[], parsed: Parsed): LogsState {
  const tail = valueOf(parsed, '--tail')
  const last = tail === undefined || tail === 'all' ? TAIL_ALL : Math.max(0, Number(tail) || 0)
  const shown: Record<string, number> = {}
  const running: Record<string, boolean> = {}
  for (const host of hosts) {
    const log = ctx.machines.logs(host, 'console')
    shown[host] = Math.max(log.start, log.end - last)
    running[host] = true
  }
  const colour = parsed.flags['--no-color'] === undefined && ctx.stdout.kind === 'terminal'
  return {
    hosts: hosts.slice(),
    shown,
    running,
    follow: parsed.flags['-f'] !== undefined,
    timestamps: parsed.flags['-t'] !== undefined,
    colour,
    attached: false,
  }
}

function prefix(state: LogsState, host: string): string {
  const width = Math.max(...state.hosts.map((h) => `${h}_1`.length)) + 2
  const text = `${`${host}_1`.padEnd(width)}| `
  if (!state.colour) return text
  const i = state.hosts.indexOf(host)
  const bright = Math.floor(i / COLOURS.length) % 2 === 1 ? '1;' : ''
  return `\u001b[${bright}${COLOURS[i % COLOURS.length]}m${text}\u001b[0m`
}

function showNew(ctx: Context, state: LogsState): void {
  const fresh: { host: string; entry: LogEntry }[] = []
  for (const host of state.hosts) {
    const log = ctx.machines.logs(host, 'console')
    for (const entry of log.from(state.shown[host]!)) fresh.push({ host, entry })
    state.shown[host] = log.end
  }
  fresh.sort((a, b) => a.entry.at - b.entry.at || state.hosts.indexOf(a.host) - state.hosts.indexOf(b.host))
  const stamp = (e: LogEntry) =>
    state.timestamps
      ? `${log4jTime(ctx.settings.epochMs + toMs(e.at))
          .replace(' ', 'T')
          .replace(',', '.')}Z `
      : ''
  ctx.print(fresh.map(({ host, entry }) => `${prefix(state, host)}${stamp(entry)}${ctx.machines.render(host, entry)}\n`).join(''))
  for (const host of state.hosts) {
    const machine = ctx.machines.get(host)
    const up = machine !== undefined && runs(machine)
    if (state.follow && state.running[host] && !up && machine?.container === 'exited') {
      ctx.print(`${containerName(host)} exited with code ${machine.exitCode}\n`)
    }
    state.running[host] = up || machine?.container !== 'exited'
  }
}

export function followLogs(ctx: Context, state: LogsState): void {
  if (!state.attached) {
    state.attached = true
    ctx.print(`Attaching to ${state.hosts.map(containerName).join(', ')}\n`)
  }
  showNew(ctx, state)
  if (!state.follow || !Object.values(state.running).some(Boolean)) return ctx.exit(0)
  ctx.timer('logs', LOOK, { periodic: 'every 100 ms: docker-compose logs' })
}

export const logsTick = (ctx: Context, state: LogsState): void => followLogs(ctx, state)

/** The end of our input means nothing to a follower. */
export const logsInput = (_ctx: Context, _state: LogsState, _input: Input): void => {}
