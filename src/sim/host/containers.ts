// The docker daemon's verbs on containers, and what a container's life means for its processes and its wire. SIGTERM is dropped where PID 1 is a shell
// (reference/kafka/facts-1-control.md, section 0): such a container's `stop` is ten more seconds of service and then SIGKILL.

import { seconds, drawBetween, plus, us, type Micros } from '../base/index.ts'
import type { ContainerOp, Event, Host, Input, Pid, Signal } from '../kernel/index.ts'
import { forgetHeld } from '../net/index.ts'
import { containerMachine, containerNext } from './container-states.ts'
import { loseUnsynced } from './files.ts'
import { SIGNAL_NUMBER, type MachineEngine } from './machine.ts'
import { endProcess, resume, signalProcess, spawn } from './processes.ts'

export { containerMachine }

/** docker's grace period between SIGTERM and SIGKILL. */
const STOP_GRACE: Micros = seconds(10)

/** What the daemon has to do, and for whom. */
interface Order {
  readonly op: ContainerOp
  readonly signal: Signal | undefined
  readonly requester: Pid
}

/** Orders an operation; it begins after the daemon's own delay. */
export function requestContainer(engine: MachineEngine, requester: Pid, host: string, op: ContainerOp, signal?: Signal): void {
  const world = engine.world
  const [min, max] = world.settings.costs['docker.order'] ?? [5000, 20000]
  const delay = us(drawBetween(world.random, `${host}:docker`, min, max))
  engine.schedule({ to: 'host', host }, { type: 'container-order', op, signal, requester }, plus(world.now, delay))
}

const done = (engine: MachineEngine, order: Order, host: string, error?: string): void => {
  if (!engine.world.processes[order.requester]) return
  const what: Input = { type: 'container', host, op: order.op, error }
  engine.schedule({ to: 'process', pid: order.requester }, what, engine.world.now)
}

/** Carries out what was ordered, or what a grace period's end asks for. */
export function handleHostEvent(engine: MachineEngine, event: Event): void {
  if (event.target.to !== 'host') return
  const host = engine.slices.host(event.target.host)
  if (!host) return
  if (event.what.type === 'stop-grace') {
    if (host.mainPid === event.what.pid && host.mainPid !== 0) killAll(engine, host, 'KILL')
  } else carryOut(engine, host, event.what as unknown as Order)
}

function carryOut(engine: MachineEngine, host: Host, order: Order): void {
  const running = host.container === 'running' || host.container === 'paused'
  switch (order.op) {
    case 'up':
    case 'start':
      if (!running) startContainer(engine, host)
      done(engine, order, host.name)
      return
    case 'stop':
    case 'restart':
      if (running) {
        // The wait first: a main process that dies of SIGTERM ends the container before this returns.
        waitFor(engine, host.name, order)
        stopContainer(engine, host)
      } else if (order.op === 'restart') {
        startContainer(engine, host)
        done(engine, order, host.name)
      } else done(engine, order, host.name)
      return
    case 'wait':
      if (running) waitFor(engine, host.name, order)
      else done(engine, order, host.name)
      return
    case 'kill': {
      const signal = order.signal ?? 'KILL'
      if (!running) return done(engine, order, host.name, `Container ${host.name} is not running`)
      engine.noteFor(host.name, 'container.signalled', host.name, { signal: `SIG${signal}` })
      if (signal === 'KILL') killAll(engine, host, 'KILL')
      else if (!engine.images.get(host.image)?.dropsTerm) signalProcess(engine, host.mainPid, signal)
      return done(engine, order, host.name)
    }
    case 'power-off':
      if (!running) return done(engine, order, host.name, `${host.name} is not running`)
      engine.noteFor(host.name, 'host.power-lost', host.name)
      killAll(engine, host, 'KILL')
      loseUnsynced(engine, host.name)
      return done(engine, order, host.name)
    case 'signal':
      if (!running) return done(engine, order, host.name, `Container ${host.name} is not running`)
      engine.noteFor(host.name, 'container.signalled', host.name, { signal: `SIG${order.signal ?? 'TERM'}` })
      signalProcess(engine, host.mainPid, order.signal ?? 'TERM')
      return done(engine, order, host.name)
    case 'pause':
      if (host.container !== 'running') return done(engine, order, host.name, `Container ${host.name} is not running`)
      host.container = containerNext(host.container, 'pause')
      engine.noteFor(host.name, 'container.paused', host.name)
      for (const proc of Object.values(engine.world.processes)) if (proc.host === host.name) engine.slices.proc(proc.pid)!.paused = true
      return done(engine, order, host.name)
    case 'unpause':
      if (host.container !== 'paused') return done(engine, order, host.name, `Container ${host.name} is not paused`)
      unpause(engine, host)
      return done(engine, order, host.name)
  }
}

function unpause(engine: MachineEngine, host: Host): void {
  host.container = containerNext(host.container, 'unpause')
  engine.noteFor(host.name, 'container.unpaused', host.name)
  for (const proc of Object.values(engine.world.processes)) if (proc.host === host.name) resume(engine, engine.slices.proc(proc.pid)!)
}

function startContainer(engine: MachineEngine, host: Host): void {
  const world = engine.world
  host.container = containerNext(host.container, 'start')
  host.startedAt = world.now
  host.exitCode = 0
  engine.noteFor(host.name, 'container.started', host.name)
  const main = engine.images.get(host.image)?.main?.(host)
  if (!main) return
  host.mainPid = spawn(engine, {
    kind: main.kind,
    host: host.name,
    argv: main.argv,
    parent: 0,
    env: {},
    cwd: '/',
    stdin: { kind: 'null' },
    stdout: { kind: 'console' },
    stderr: { kind: 'console' },
  })
}

function stopContainer(engine: MachineEngine, host: Host): void {
  engine.noteFor(host.name, 'container.stopping', host.name)
  if (host.container === 'paused') unpause(engine, host)
  const pid = host.mainPid
  if (!engine.images.get(host.image)?.dropsTerm) signalProcess(engine, pid, 'TERM')
  if (host.mainPid === pid && pid !== 0) {
    engine.schedule({ to: 'host', host: host.name }, { type: 'stop-grace', pid }, plus(engine.world.now, STOP_GRACE))
  }
}

/** Kills all of a container's processes; the main one's end ends the container. */
function killAll(engine: MachineEngine, host: Host, signal: Signal): void {
  const code = 128 + SIGNAL_NUMBER[signal]
  for (const proc of Object.values(engine.world.processes)) {
    if (proc.host === host.name && proc.pid !== host.mainPid) endProcess(engine, proc.pid, code, signal)
  }
  if (host.mainPid !== 0) endProcess(engine, host.mainPid, code, signal)
  else containerEnded(engine, host.name, code, signal)
}

/** The main process has ended, and with it the container. */
export function containerEnded(engine: MachineEngine, name: string, code: number, signal: Signal | undefined): void {
  const host = engine.slices.host(name)
  if (!host || (host.container !== 'running' && host.container !== 'paused')) return
  host.container = containerNext(host.container, 'end')
  host.exitCode = code
  host.endedAt = engine.world.now
  host.mainPid = 0
  engine.noteFor(name, 'container.ended', name, { code, signal: signal ? `SIG${signal}` : '' })
  for (const proc of Object.values(engine.world.processes)) if (proc.host === name) endProcess(engine, proc.pid, 137, 'KILL')
  forgetHeld(engine, name)
  const waiting = engine.world.waits[name]
  if (!waiting) return
  delete engine.world.waits[name]
  for (const order of waiting as readonly Order[]) {
    if (order.op === 'restart') startContainer(engine, engine.slices.host(name)!)
    done(engine, order, name)
  }
}

function waitFor(engine: MachineEngine, name: string, order: Order): void {
  engine.world.waits[name] = [...(engine.world.waits[name] ?? []), order]
}
