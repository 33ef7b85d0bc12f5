// A context for unit tests: records what a handler does to the world outside it. Not part of the simulation.
import { plus, us, type Micros } from '../../base/index.ts'
import type { ConnId, Context, File, Input, Message } from '../../kernel/index.ts'

export interface FakeContext extends Context {
  now: Micros
  readonly timers: Record<string, { delay: Micros; data: unknown; at?: Micros }>
  readonly sent: { conn: ConnId; message: Message }[]
  readonly connects: { name: string; port: number }[]
  readonly logged: string[]
  readonly noted: { code: string; subject: string; fields: unknown }[]
  readonly disk: Record<string, string>
  readonly printed: string[]
  exitCode: number | undefined
}

/** Everything resolves, costs are a millisecond, draws are zero. */
export function fakeContext(config: Record<string, unknown> = {}): FakeContext {
  const timers: FakeContext['timers'] = {}
  const sent: FakeContext['sent'] = []
  const connects: FakeContext['connects'] = []
  const logged: string[] = []
  const noted: FakeContext['noted'] = []
  const disk: Record<string, string> = {}
  const printed: string[] = []
  const file = (text: string): File => ({ text, records: undefined, size: text.length, mode: 0o644, mtime: us(0), dir: false })
  const fake = {
    pid: 2,
    parent: 1,
    host: 'kafka1',
    hostname: 'kafka1',
    ip: '10.0.0.1',
    argv: [],
    env: {},
    cwd: '/',
    config,
    now: us(0),
    wallMs: 1_795_361_760_000,
    uptimeMs: 1000,
    event: 0,
    cause: { root: 'scenario', action: -1, label: 'test', at: us(0) },
    within: (_cause: unknown, work: () => void) => work(),
    settings: { seed: 1, epochMs: 1_795_361_760_000, uptimeMs: 1000, costs: {}, choices: {} },
    below: () => 0,
    between: (min: number) => min,
    cost: () => us(1000),
    choice: () => undefined,
    resolve: (name: string) => (name.startsWith('no') ? undefined : '10.0.0.9'),
    connect: (name: string, port: number) => (name.startsWith('no') ? undefined : connects.push({ name, port })),
    listen: () => {},
    unlisten: () => {},
    send: (conn: ConnId, message: Message) => void sent.push({ conn, message }),
    close: () => {},
    peer: () => ({ host: 'kafka2', ip: '10.0.0.2', port: 9092 }),
    localPort: () => 40000,
    timer: (key: string, delay: Micros, options?: { data?: unknown }) => void (timers[key] = { delay, data: options?.data }),
    clearTimer: (key: string) => void delete timers[key],
    print: (text: string) => void printed.push(text),
    printError: (text: string) => void printed.push(text),
    log: (name: string, level: string, logger: string, text: string) => void logged.push(`${name} ${level} ${text} (${logger})`),
    note: (code: string, subject: string, fields: unknown) => void noted.push({ code, subject, fields }),
    files: {
      resolve: (path: string) => path,
      stat: (path: string) => (disk[path] === undefined ? undefined : file(disk[path])),
      read: (path: string) => disk[path],
      write: (path: string, text: string) => void (disk[path] = text),
      append: (path: string, text: string) => void (disk[path] = (disk[path] ?? '') + text),
      remove: (path: string) => void delete disk[path],
      list: () => Object.keys(disk).sort(),
      mkdir: () => {},
    },
    exit: (code: number) => void (fake.exitCode = code),
    exitCode: undefined as number | undefined,
    timers,
    sent,
    connects,
    logged,
    noted,
    disk,
    printed,
  }
  return fake as unknown as FakeContext
}

/** An input that waits for its time. */
export interface Due {
  readonly at: Micros
  readonly input: Input
}
/** Lets time pass: before each input `react` answers what was sent, then the next of `due` and the timers goes to `handle`. */
export function passTime(ctx: FakeContext, time: Micros, due: Due[], react: () => void, handle: (input: Input) => void): void {
  const until = plus(ctx.now, time)
  for (let n = 0; n < 100_000; n++) {
    react()
    const timers = Object.entries(ctx.timers).map(([key, timer]): Due => {
      timer.at ??= plus(ctx.now, timer.delay)
      return { at: timer.at, input: { type: 'timer', key, data: timer.data } }
    })
    const next = [...due, ...timers].sort((a, b) => a.at - b.at)[0]
    if (next === undefined || next.at > until) break
    ctx.now = next.at
    const i = due.indexOf(next)
    if (i >= 0) due.splice(i, 1)
    else delete ctx.timers[(next.input as { key: string }).key]
    handle(next.input)
  }
  ctx.now = until
}
