// A fuzz schedule: a topology, when its machines start, what goes wrong and how it is mended, all drawn from one seed.

import { seconds, type Micros } from '../../src/sim/base/index.ts'
import { createWorld, type Action, type Scenario, type ScenarioHost } from '../../src/sim/cluster/index.ts'
import type { World } from '../../src/sim/kernel/index.ts'
import { drawDisks } from './disks.ts'
import { Draw } from './draw.ts'
import { drawRecords } from './records.ts'
import { drawTopics } from './topics.ts'

/** Seconds of faults at the least, from the start of the run. */
const FAULTS_UNTIL = 125
const FIRST_FAULT = 22
const MIN_FAULTS = 5
const MAX_FAULTS = 12
const EPOCH_MS = 1_574_416_800_000
const START_SPAN_S = 1.2

/** One thing done; `topic`, `fault` and `mend` are what shrinking may take away. */
export interface Step {
  readonly at: Micros
  readonly line: string
  readonly role: 'start' | 'topic' | 'fault' | 'mend' | 'heal'
}

export interface Schedule {
  readonly seed: number
  readonly hosts: readonly ScenarioHost[]
  /** What the zookeepers announce as their own address: their name, or 0.0.0.0 as in the playground, with which one that comes back late may stay out. */
  readonly announce: 'name' | '0.0.0.0'
  /** Transactions between snapshots. */
  readonly snapCount: number
  readonly steps: readonly Step[]
  /** When all is mended. */
  readonly healedAt: Micros
}

function drawHosts(draw: Draw): ScenarioHost[] {
  const zookeepers = draw.chance(75) ? 3 : 5
  const brokers = 1 + draw.below(4)
  const clients = 1 + draw.below(2)
  const numbered = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1)
  const connect = numbered(zookeepers)
    .map((i) => `zoo${i}:2181`)
    .join(',')
  return [
    ...numbered(zookeepers).map((id): ScenarioHost => ({ name: `zoo${id}`, image: 'zookeeper', id })),
    ...numbered(brokers).map((id): ScenarioHost => ({ name: `kafka${id}`, image: 'kafka', id })),
    ...numbered(clients).map((id): ScenarioHost => {
      const style = draw.chance(70) ? 'java' : 'kazoo'
      const timeoutMs = draw.of([4000, 6000, 10_000, 30_000])
      const [fastest, slowest] = draw.of([
        [50, 300],
        [150, 900],
        [20, 120],
      ] as const)
      const properties = { connect, style, timeoutMs: String(timeoutMs), fastestMs: String(fastest), slowestMs: String(slowest) }
      return { name: `client${id}`, image: 'client', properties }
    }),
  ]
}

/** What the drawing of faults keeps in mind. */
interface Status {
  readonly state: Record<string, 'running' | 'paused' | 'exited'>
  readonly links: Set<string>
}

const WEIGHTS = { kill: 5, stop: 2, term: 3, pause: 4, cut: 5, slow: 2, lossy: 2, start: 3 } as const

function drawFault(draw: Draw, at: number, hosts: readonly ScenarioHost[], status: Status): Step[] {
  const step = (time: number, line: string, role: Step['role']): Step => ({ at: seconds(time), line, role })
  const running = hosts.filter((h) => status.state[h.name] === 'running')
  const what = draw.weighted(WEIGHTS)
  // Servers and brokers are hit more often than clients.
  const target = draw.of(draw.chance(85) ? running.filter((h) => h.image !== 'client') : running) ?? running[0]
  switch (what) {
    case 'kill':
    case 'stop':
    case 'term': {
      if (!target) return []
      const out = [step(at, `docker-compose ${what} ${target.name}`, 'fault')]
      status.state[target.name] = 'exited'
      if (draw.chance(70)) {
        out.push(step(at + draw.between(0.5, 30), `docker-compose up -d ${target.name}`, 'mend'))
        status.state[target.name] = 'running'
      }
      return out
    }
    case 'start': {
      const exited = hosts.filter((h) => status.state[h.name] === 'exited')
      if (exited.length === 0) return []
      const host = draw.of(exited)
      status.state[host.name] = 'running'
      return [step(at, `docker-compose up -d ${host.name}`, 'fault')]
    }
    case 'pause': {
      if (!target) return []
      // A machine that is stopped for as long as it likes is not taken by another fault meanwhile.
      const until = at + draw.between(0.2, 25)
      return [step(at, `docker-compose pause ${target.name}`, 'fault'), step(until, `docker-compose unpause ${target.name}`, 'mend')]
    }
    case 'cut':
    case 'slow':
    case 'lossy': {
      const a = draw.of(hosts)
      const b = draw.of(hosts.filter((h) => h !== a))
      status.links.add(`${a.name} ${b.name}`)
      const how = what === 'cut' ? '' : what === 'slow' ? ` ${draw.of([10, 100, 1000])}` : ` ${draw.of([1, 10, 30])}`
      const out = [step(at, `link ${what} ${a.name} ${b.name}${how}`, 'fault')]
      if (draw.chance(65)) out.push(step(at + draw.between(0.5, 30), `link heal ${a.name} ${b.name}`, 'mend'))
      return out
    }
  }
}

function drawStarts(draw: Draw, hosts: readonly ScenarioHost[]): Step[] {
  const names = (image: ScenarioHost['image']): string[] => hosts.filter((h) => h.image === image).map((h) => h.name)
  const zookeepers = names('zookeeper')
  const out: Step[] = []
  let at = 0.01
  for (const name of zookeepers) {
    out.push({ at: seconds(at), line: `docker-compose up -d ${name}`, role: 'start' })
    at += draw.between(0.1, START_SPAN_S)
  }
  for (const name of [...names('kafka'), ...names('client')]) {
    out.push({ at: seconds(draw.between(5, 14)), line: `docker-compose up -d ${name}`, role: 'start' })
  }
  return out
}

/** Mends every disk and every link, lets everything go on. What has exited is started by the run itself, again and again. */
function heal(hosts: readonly ScenarioHost[], status: Status, disks: readonly string[], from: number): Step[] {
  const lines = [
    ...disks.map((name) => `disk heal ${name}`),
    ...[...status.links].sort().map((pair) => `link heal ${pair}`),
    ...hosts.map((host) => `docker-compose unpause ${host.name}`),
  ]
  return lines.map((line) => ({ at: seconds(from), line, role: 'heal' }))
}

/** The schedule of a seed. `faultsUntilS`: seconds of faults; less makes them denser. */
export function drawSchedule(seed: number, faultsUntilS = FAULTS_UNTIL): Schedule {
  const draw = new Draw(seed, 'schedule')
  const hosts = drawHosts(draw)
  const announce = draw.chance(60) ? 'name' : '0.0.0.0'
  const snapCount = draw.of([60, 300, 100_000])
  const status: Status = { state: Object.fromEntries(hosts.map((h) => [h.name, 'running'])), links: new Set() }
  const steps = drawStarts(draw, hosts)
  const wanted = MIN_FAULTS + draw.below(MAX_FAULTS - MIN_FAULTS + 1)
  const times = Array.from({ length: wanted }, () => draw.between(FIRST_FAULT, faultsUntilS)).sort((a, b) => a - b)
  let faults = 0
  for (const at of times) {
    let drawn: Step[] = []
    for (let tries = 0; drawn.length === 0 && tries < 20; tries++) drawn = drawFault(draw, at, hosts, status)
    faults += drawn.some((s) => s.role === 'fault') ? 1 : 0
    steps.push(...drawn)
  }
  if (faults < MIN_FAULTS) throw new Error(`seed ${seed} drew ${faults} faults`)
  for (const { at, line } of drawTopics(new Draw(seed, 'topics'), hosts, faultsUntilS)) steps.push({ at: seconds(at), line, role: 'topic' })
  for (const { at, line } of drawRecords(new Draw(seed, 'records'), hosts, faultsUntilS))
    steps.push({ at: seconds(at), line, role: 'topic' })
  const disks = drawDisks(new Draw(seed, 'disks'), hosts, faultsUntilS)
  for (const { at, line, role } of disks.lines) steps.push({ at: seconds(at), line, role })
  const last = Math.max(faultsUntilS, ...steps.map((s) => s.at / 1_000_000)) + 1
  steps.push(...heal(hosts, status, disks.touched, last))
  steps.sort((a, b) => a.at - b.at)
  return { seed, hosts, announce, snapCount, steps, healedAt: seconds(last + 1) }
}

export const click = (at: Micros, line: string): Action => ({ at, terminal: 'fuzz', kind: '!', text: line })

/** The scenario of a schedule. Every step is a click: it has a shell of its own and waits for none. */
export function scenarioOf(schedule: Schedule): Scenario {
  return {
    name: `fuzz ${schedule.seed}`,
    title: '',
    about: '',
    seed: schedule.seed,
    hosts: schedule.hosts,
    epochMs: EPOCH_MS,
    actions: schedule.steps.map((step) => click(step.at, step.line)),
  }
}

/** The first World of a schedule: as the scenario makes it, its servers told how they announce themselves. */
export function worldOf(schedule: Schedule): World {
  const world = createWorld(scenarioOf(schedule))
  for (const host of Object.values(world.hosts)) {
    if (host.image !== 'zookeeper') continue
    const announce = schedule.announce === 'name' ? host.name : schedule.announce
    world.hosts[host.name] = { ...host, config: Object.freeze({ ...host.config, announce, snapCount: schedule.snapCount }) }
  }
  return world
}

/** `3 zookeepers, 2 brokers, 1 client; 31.2 docker-compose kill zoo2; …`: what was done, without starting and healing. */
export function describe(schedule: Schedule): string {
  const count = (image: ScenarioHost['image'], name: string): string => {
    const n = schedule.hosts.filter((h) => h.image === image).length
    return `${n} ${name}${n === 1 ? '' : 's'}`
  }
  const steps = schedule.steps
    .filter((s) => s.role === 'topic' || s.role === 'fault' || s.role === 'mend')
    .map((s) => `${(s.at / 1_000_000).toFixed(3)} ${s.line}`)
  const servers = `${count('zookeeper', 'zookeeper')} known by ${schedule.announce}, snapshots after ${schedule.snapCount}`
  return [`${servers}, ${count('kafka', 'broker')}, ${count('client', 'client')}`, ...steps].join('; ')
}
