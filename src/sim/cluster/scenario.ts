// Scenarios: the starting point of a run, and the World it makes.

import { List, type Micros } from '../base/index.ts'
import { byteLength, DOCKER_HOST, PLAYGROUND_FOLDER } from '../host/index.ts'
import { FileTree, type File, type Host, type Packet, type TraceEntry, type World } from '../kernel/index.ts'
import { playgroundFiles } from '../scenarios/playground-folder/index.ts'
import type { Action } from './action.ts'
import { costs } from './costs.ts'

export interface ScenarioHost {
  readonly name: string
  /** Default: the name. A broker's is its container id. */
  readonly hostname?: string
  readonly image: 'zookeeper' | 'kafka' | 'client'
  /** myid or broker.id. */
  readonly id?: number
  /** Lines added to the server's own configuration. */
  readonly properties?: Readonly<Record<string, string>>
}

/** The starting point: hosts, configuration, seed, first actions, text. */
export interface Scenario {
  readonly name: string
  readonly title: string
  readonly about: string
  readonly seed: number
  readonly hosts: readonly ScenarioHost[]
  /** Wall clock at virtual time 0, epoch milliseconds. */
  readonly epochMs: number
  readonly costs?: Readonly<Record<string, readonly [number, number]>>
  readonly choices?: Readonly<Record<string, string>>
  readonly actions: readonly Action[]
}

/** How long the machine had been up: session ids are made of it. */
const UPTIME_MS = 900_000

function hostConfig(host: ScenarioHost, scenario: Scenario): Record<string, unknown> {
  const zookeepers = scenario.hosts.filter((h) => h.image === 'zookeeper')
  if (host.image === 'zookeeper') {
    const servers = zookeepers.map((h, i) => ({ id: h.id ?? i + 1, host: h.name, quorumPort: 2888, electionPort: 3888, clientPort: 2181 }))
    const myid = servers.find((s) => s.host === host.name)!.id
    const whitelist = host.properties?.['4lw.commands.whitelist']?.split(',').map((w) => w.trim()) ?? ['srvr']
    return { myid, servers, tickTimeMs: 2000, initLimit: 5, syncLimit: 2, maxClientCnxns: 60, whitelist }
  }
  if (host.image === 'kafka') {
    const brokers = scenario.hosts.filter((h) => h.image === 'kafka')
    const brokerId = host.id ?? brokers.indexOf(host) + 1
    return {
      brokerId,
      properties: {
        'broker.id': String(brokerId),
        'default.replication.factor': '2',
        'num.partitions': '4',
        'log.dirs': '/kafka-logs',
        'zookeeper.connect': zookeepers.map((h) => `${h.name}:2181`).join(',') + '/kafka',
        ...host.properties,
      },
    }
  }
  return { ...host.properties }
}

const textFile = (text: string, mode: number): File =>
  Object.freeze({ text, records: undefined, size: byteLength(text), mode, mtime: 0 as Micros, dir: false })

function makeHost(name: string, hostname: string, ip: string, image: string, config: Record<string, unknown>): Host {
  return {
    name,
    hostname,
    ip,
    image,
    config: Object.freeze(config),
    container: 'absent',
    exitCode: 0,
    mainPid: 0,
    startedAt: 0 as Micros,
    endedAt: 0 as Micros,
    disk: FileTree.empty(),
    logs: {},
  }
}

/** The first World of a scenario. Throws when hosts clash. */
export function createWorld(scenario: Scenario): World {
  const hosts: Record<string, Host> = {}
  const docker = makeHost(DOCKER_HOST, DOCKER_HOST, '172.18.0.1', 'docker-host', {})
  docker.container = 'running'
  const files = playgroundFiles(scenario.hosts)
  docker.disk = FileTree.of(
    Object.entries(files).map(([path, file]) => [`${PLAYGROUND_FOLDER}/${path}`, textFile(file.text, file.mode)] as const),
  )
  hosts[DOCKER_HOST] = docker
  scenario.hosts.forEach((host, i) => {
    if (hosts[host.name]) throw new Error(`two hosts are named ${host.name}`)
    hosts[host.name] = makeHost(host.name, host.hostname ?? host.name, `172.18.0.${i + 2}`, host.image, hostConfig(host, scenario))
  })
  return {
    settings: Object.freeze({
      seed: scenario.seed,
      epochMs: scenario.epochMs,
      uptimeMs: UPTIME_MS,
      costs: Object.freeze({ ...costs, ...scenario.costs }),
      choices: Object.freeze({ ...scenario.choices }),
    }),
    now: 0 as Micros,
    nextId: 0,
    nextPid: 2,
    nextConn: 1,
    handled: 0,
    acted: 0,
    sentBytes: 0,
    heap: [],
    random: { seed: scenario.seed, streams: {} },
    hosts,
    processes: {},
    conns: {},
    ports: {},
    links: {},
    terminals: {},
    pipes: {},
    waits: {},
    trace: List.empty<TraceEntry>(),
    packets: List.empty<Packet>(),
  }
}
