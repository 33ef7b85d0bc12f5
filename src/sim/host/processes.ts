// The process table: spawning, ending, signals, and what a death means for connections, pipes, children and the container.

import { plus, us } from '../base/index.ts'
import type { Event, Input, Pid, Proc, Signal } from '../kernel/index.ts'
import { closeAll } from '../net/index.ts'
import { containerEnded } from './containers.ts'
import { SIGNAL_NUMBER, type MachineEngine, type Spawn } from './machine.ts'
import { addWriter, dropProcess } from './streams.ts'

/** Deferred events a stopped process may pile up before more are refused: a bound on what a pause can cost. */
const DEFERRED_LIMIT = 200_000

/** Starts a process; its `start` input comes right after. */
export function spawn(engine: MachineEngine, request: Spawn): Pid {
  const world = engine.world
  const pid = world.nextPid++
  const proc: Proc = {
    pid,
    parent: request.parent,
    kind: request.kind,
    host: request.host,
    argv: request.argv.slice(),
    env: { ...request.env },
    cwd: request.cwd,
    stdin: request.stdin,
    stdout: request.stdout,
    stderr: request.stderr,
    state: undefined,
    timers: {},
    paused: world.hosts[request.host]?.container === 'paused',
    deferred: [],
    startedAt: world.now,
  }
  world.processes[pid] = engine.slices.fresh(proc)
  proc.state = engine.initState(proc)
  addWriter(engine, pid, request.stdin, request.stdout, request.stderr)
  engine.schedule({ to: 'process', pid }, { type: 'start' } satisfies Input, world.now, request.cause)
  return pid
}

/** Ends a process with a status (128 + n after a signal). */
export function endProcess(engine: MachineEngine, pid: Pid, code: number, signal?: Signal): void {
  const world = engine.world
  const proc = world.processes[pid]
  if (!proc) return
  closeAll(engine, pid)
  delete world.processes[pid]
  dropProcess(engine, proc)
  const parent = world.processes[proc.parent]
  if (parent)
    engine.schedule({ to: 'process', pid: parent.pid }, { type: 'exited', pid, code, signal } satisfies Input, plus(world.now, us(50)))
  const host = world.hosts[proc.host]
  if (host?.mainPid === pid) containerEnded(engine, host.name, code, signal)
}

/** Delivers a signal: stop and continue at once, handled ones as an input, the rest end the process. */
export function signalProcess(engine: MachineEngine, pid: Pid, signal: Signal): void {
  const proc = engine.slices.proc(pid)
  if (!proc) return
  if (signal === 'STOP') proc.paused = true
  else if (signal === 'CONT') resume(engine, proc)
  else if (signal !== 'KILL' && engine.kinds.get(proc.kind)?.handles?.includes(signal)) {
    engine.schedule({ to: 'process', pid }, { type: 'signal', signal } satisfies Input, engine.world.now)
  } else if (proc.paused && signal !== 'KILL') {
    // A stopped process takes a fatal signal when it continues.
    engine.schedule({ to: 'process', pid }, { type: 'signal', signal } satisfies Input, engine.world.now)
  } else endProcess(engine, pid, 128 + SIGNAL_NUMBER[signal], signal)
}

/** Lets a stopped process go on: what came meanwhile is handled now, in order. */
export function resume(engine: MachineEngine, proc: Proc): void {
  if (!proc.paused) return
  proc.paused = false
  const deferred = proc.deferred
  proc.deferred = []
  for (const event of deferred) {
    const again = engine.schedule(event.target, event.what, engine.world.now, event.cause)
    again.arrived = true
    if (event.what.type === 'timer') proc.timers[(event.what as { key: string }).key] = again.id
  }
}

/** True when the event was put aside because the process is stopped. */
export function defer(engine: MachineEngine, proc: Proc, event: Event): boolean {
  if (!proc.paused) return false
  const mine = engine.slices.proc(proc.pid)!
  if (mine.deferred.length < DEFERRED_LIMIT) mine.deferred.push(event)
  return true
}

/** All living descendants of a process, itself first. */
export function descendants(engine: MachineEngine, pid: Pid): Pid[] {
  const all = Object.values(engine.world.processes)
  const found = [pid]
  for (let i = 0; i < found.length; i++) for (const proc of all) if (proc.parent === found[i]) found.push(proc.pid)
  return found
}
