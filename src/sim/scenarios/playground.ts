// The playground's machines, and the words its scenarios are written in.

import type { Micros } from '../base/index.ts'
import type { Action, ScenarioHost } from '../cluster/index.ts'
import type { TraceEntry } from '../kernel/index.ts'
import type { Lesson, ShippedScenario, Step } from './lesson.ts'

export const PLAYGROUND: readonly ScenarioHost[] = [
  { name: 'zoo1', image: 'zookeeper', id: 1 },
  { name: 'zoo2', image: 'zookeeper', id: 2 },
  { name: 'zoo3', image: 'zookeeper', id: 3 },
  { name: 'kafka1', hostname: '1b9aa4ca7e24', image: 'kafka', id: 1 },
  { name: 'kafka2', hostname: '6f20c5d1a3be', image: 'kafka', id: 2 },
  { name: 'client', hostname: '0c4d7a9e2f15', image: 'client' },
]

/** 2026-11-22 15:36:00 UTC */
const EPOCH_MS = 1_795_361_760_000

/** The terminal in which scenarios have zk-shell open. */
export const ZK = 'zk'

/** Whole microseconds of a time in seconds. */
const micros = (at: number): Micros => (Math.round(at * 1000) * 1000) as Micros

/** A command line typed in a terminal. */
export const typed = (at: number, terminal: string, text: string): Action => ({ at: micros(at), terminal, kind: '$', text })
/** A command line typed on the docker host. */
export const host = (at: number, text: string): Action => typed(at, 'host', text)
/** Lines typed to zk-shell, one after the other. */
export const zk = (at: number, ...lines: string[]): Action[] =>
  lines.map((text, i) => ({ at: micros(at + i * 1.5), terminal: ZK, kind: '>', text }))
/** Opens zk-shell; a folder to work in is three seconds later. */
export const zkShell = (at: number, folder: string): Action[] => [
  { at: micros(at), terminal: ZK, kind: '$', text: './wrappers/zk-shell zoo1' },
  ...zk(at + 3, `cd ${folder}`),
]

/** Three ZooKeeper servers, then kafka2, which so becomes controller, then kafka1. */
export const START: readonly Action[] = [
  host(0, 'docker-compose up -d zoo1 zoo2 zoo3'),
  host(6, 'docker-compose up -d kafka2'),
  host(14, 'docker-compose up -d kafka1 client'),
]

/** Creates a topic whose replicas are where the text says; `config` as `name=value`. */
export function create(at: number, topic: string, assignment: string, config = ''): Action {
  const options = config === '' ? '' : ` --config ${config}`
  return host(
    at,
    `./wrappers/kafka-topics.sh --zookeeper zoo1:2181/kafka --create --replica-assignment ${assignment} --topic ${topic}${options}`,
  )
}

/** The znodes that say who leads a topic. */
export const partitionsOf = (topic: string): string => `kafka/brokers/topics/${topic}/partitions`

/** A step at the trace's next entry of this code. */
export const step = (code: string, of: { subject?: string; host?: string; fields?: TraceEntry['fields'] }, text: string): Step => ({
  moment: { code, ...of },
  text,
})
/** A step at a time in seconds. */
export const stepAt = (at: number, text: string): Step => ({ moment: { at: micros(at) }, text })

/** A scenario on the playground's machines; actions in any order, `opensAt` in seconds. */
export function scenario(
  about: { name: string; title: string; about: string; seed?: number },
  actions: readonly Action[],
  lesson: Partial<Omit<Lesson, 'opensAt'>> & { opensAt?: number } = {},
): ShippedScenario {
  return {
    seed: 42,
    ...about,
    hosts: PLAYGROUND,
    epochMs: EPOCH_MS,
    actions: [...actions].sort((a, b) => a.at - b.at),
    lesson: { steps: [], tries: [], ...lesson, opensAt: micros(lesson.opensAt ?? 0) },
  }
}
