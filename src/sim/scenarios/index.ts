// The shipped scenarios: where a run begins.

import { seconds } from '../base/index.ts'
import type { Action, Scenario, ScenarioHost } from '../cluster/index.ts'

const PLAYGROUND: readonly ScenarioHost[] = [
  { name: 'zoo1', image: 'zookeeper', id: 1 },
  { name: 'zoo2', image: 'zookeeper', id: 2 },
  { name: 'zoo3', image: 'zookeeper', id: 3 },
  { name: 'kafka1', hostname: '1b9aa4ca7e24', image: 'kafka', id: 1 },
  { name: 'kafka2', hostname: '6f20c5d1a3be', image: 'kafka', id: 2 },
  { name: 'client', hostname: '0c4d7a9e2f15', image: 'client' },
]

/** 2026-11-22 15:36:00 UTC */
const EPOCH_MS = 1_795_361_760_000

const line = (at: number, text: string, terminal = 'host'): Action => ({ at: seconds(at), terminal, kind: '$', text })

export const scenarios: readonly Scenario[] = [
  {
    name: 'start',
    title: 'Start it up',
    about: 'Three ZooKeeper servers elect a leader; two brokers register, and one of them becomes controller. Then it is yours.',
    seed: 42,
    hosts: PLAYGROUND,
    epochMs: EPOCH_MS,
    actions: [
      line(0, 'docker-compose up -d zoo1 zoo2 zoo3'),
      line(6, 'docker-compose up -d kafka2'),
      line(14, 'docker-compose up -d kafka1 client'),
    ],
  },
  {
    name: 'empty',
    title: 'Nothing runs yet',
    about: 'All containers are down. Type docker-compose up -d.',
    seed: 7,
    hosts: PLAYGROUND,
    epochMs: EPOCH_MS,
    actions: [],
  },
  {
    name: 'kill-the-controller',
    title: 'Kill the controller',
    about: 'kafka2 is controller. Killed, it leaves a session behind: only when that expires do its znodes go and kafka1 takes office.',
    seed: 42,
    hosts: PLAYGROUND,
    epochMs: EPOCH_MS,
    actions: [
      line(0, 'docker-compose up -d zoo1 zoo2 zoo3'),
      line(6, 'docker-compose up -d kafka2'),
      line(14, 'docker-compose up -d kafka1 client'),
      line(30, 'docker-compose kill kafka2'),
    ],
  },
]

export const scenarioNamed = (name: string): Scenario | undefined => scenarios.find((s) => s.name === name)
