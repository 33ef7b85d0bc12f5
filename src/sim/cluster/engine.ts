// The engine of a playground: processes of all registered kinds on machines, driven by actions.

import { List } from '../base/index.ts'
import {
  defer,
  endProcess,
  handleHostEvent,
  MachineEngine,
  spawn,
  typeCommand,
  typeControl,
  typeLine,
  openTerminal,
  DOCKER_HOST,
  PLAYGROUND_FOLDER,
  writeTo,
} from '../host/index.ts'
import { DiskError } from '../kernel/index.ts'
import type {
  EngineOptions,
  Event,
  Grain,
  Host,
  Input,
  LogEntry,
  Pid,
  Proc,
  ProcessKind,
  Program,
  Silence,
  TraceEntry,
  World,
} from '../kernel/index.ts'
import { arrives, handleSyn, handleSynTimeout, isWire } from '../net/index.ts'
import type { Action } from './action.ts'
import { ProcessContext } from './context.ts'
import { images, kinds as registered, programs } from './registry.ts'

/** Trace entries kept; what has fallen out can be had by replay. */
const TRACE_KEPT = 50_000
/** The terminal that shows what clicks did. */
export const CLICKS = 'clicks'

/** A log entry of a host as its program writes it, without an end of line. */
export function renderLog(world: World, host: string, entry: LogEntry): string {
  const render = images.get(world.hosts[host]?.image ?? '')?.render
  return render ? render(entry, world.settings.epochMs) : entry.text
}

export class ClusterEngine extends MachineEngine {
  readonly programs: readonly Program[] = programs
  readonly images = images
  private readonly context: ProcessContext
  /** For `init`, which runs in the midst of the parent's turn. */
  private readonly birthContext: ProcessContext

  /** Other `kinds` than the registered ones are for tests: small programs of their own, or broken ones that a checker must catch. */
  constructor(
    world: World,
    options: EngineOptions,
    readonly kinds: ReadonlyMap<string, ProcessKind> = registered,
  ) {
    super(world, options)
    this.context = new ProcessContext(this)
    this.birthContext = new ProcessContext(this)
  }

  protected grainOf(proc: Proc): Grain {
    return this.kinds.get(proc.kind)?.grain ?? 'immer'
  }
  initState(proc: Proc): unknown {
    return this.kinds.get(proc.kind)!.init(this.birthContext.at(proc))
  }

  protected dispatch(event: Event): void {
    const target = event.target
    switch (target.to) {
      case 'process':
        this.deliver(event, target.pid)
        return
      case 'host':
        handleHostEvent(this, event)
        return
      case 'net':
        if (event.what.type === 'syn') handleSyn(this, event)
        else if (event.what.type === 'syn-timeout') handleSynTimeout(this, event)
        return
      case 'world':
        return
    }
  }

  private deliver(event: Event, pid: Pid): void {
    const comes = isWire(event.what) && event.arrived !== true
    if (comes && !arrives(this, event, pid)) return
    const seen = this.world.processes[pid]
    if (!seen) return
    if (comes) for (const observer of this.observers) observer.onArrive?.(event, seen.host)
    if (seen.paused && defer(this, seen, event)) return
    const proc = this.slices.proc(pid)!
    if (event.what.type === 'timer') delete proc.timers[(event.what as { key: string }).key]
    try {
      this.kinds.get(proc.kind)!.handle(this.context.at(proc), proc.state, event.what as Input)
    } catch (error) {
      if (!(error instanceof DiskError)) throw error
      this.writeFailed(proc, error)
    }
  }

  /** A program that has no answer to a full or broken disk says so and ends, as most do. */
  private writeFailed(proc: Proc, error: DiskError): void {
    const name = proc.argv[0] ?? proc.kind
    try {
      writeTo(this, proc.pid, proc.stderr, `${name.slice(name.lastIndexOf('/') + 1)}: write error: ${error.reason}\n`)
    } catch (again) {
      if (!(again instanceof DiskError)) throw again
    }
    endProcess(this, proc.pid, 1)
  }

  /** Applies a person's action now. `index` is its place in the log. */
  act(action: Action, index: number): void {
    const world = this.world
    this.current = { root: 'action', action: index, label: action.text, at: world.now }
    world.acted = index + 1
    switch (action.kind) {
      case '$':
        typeCommand(this, action.terminal, action.text)
        return
      case '>':
        typeLine(this, action.terminal, action.text)
        return
      case '^':
        typeControl(this, action.terminal, action.text)
        return
      case '!':
        this.click(action.text)
        return
    }
  }

  private click(line: string): void {
    const terminal = openTerminal(this, CLICKS)
    const fd = { kind: 'terminal', terminal: terminal.name } as const
    spawn(this, {
      kind: 'shell',
      host: DOCKER_HOST,
      argv: ['bash', '-c', line],
      parent: 0,
      env: this.world.processes[terminal.shell]?.env ?? {},
      cwd: PLAYGROUND_FOLDER,
      stdin: { kind: 'null' },
      stdout: fd,
      stderr: fd,
    })
  }

  note(host: string, pid: Pid, code: string, subject: string, fields: TraceEntry['fields'], silence: Silence | undefined): void {
    const world = this.world
    const entry: TraceEntry = this.freeze({
      id: world.trace.end,
      at: world.now,
      code,
      subject,
      fields,
      host,
      pid,
      cause: this.current,
      silence,
    })
    world.trace = world.trace.push(entry)
    if (world.trace.size > TRACE_KEPT + 1024) world.trace = world.trace.keepLast(TRACE_KEPT)
    for (const observer of this.observers) observer.onNote?.(entry)
  }
  noteFor(host: string, code: string, subject: string, fields: Record<string, string | number> = {}): void {
    this.note(host, 0, code, subject, fields, undefined)
  }

  /** A host as another one's network names it: by name, hostname, address or `localhost`. The docker host reaches zookeepers by their published ports only. */
  hostNamed(from: string, name: string): Host | undefined {
    const hosts = this.world.hosts
    if (name === 'localhost' || name === '127.0.0.1' || name === '0.0.0.0') return hosts[from]
    const direct = hosts[name]
    if (direct) return direct
    for (const host of Object.values(hosts)) if (host.hostname === name || host.ip === name) return host
    return undefined
  }

  programOn(image: string, name: string): Program | undefined {
    return this.programs.find((p) => p.name === name && (p.images.includes('*') || p.images.includes(image)))
  }
  programNames(image: string): readonly string[] {
    return this.programs.filter((p) => p.images.includes('*') || p.images.includes(image)).map((p) => p.name)
  }
  /** A log entry as the host's program writes it. */
  renderLog(host: string, entry: LogEntry): string {
    return renderLog(this.world, host, entry)
  }
  logOf(host: string, name: string): List<LogEntry> {
    return this.world.hosts[host]?.logs[name] ?? List.empty<LogEntry>()
  }
}
