// Nothing hangs on the playground's names, numbers or order: other clusters come up as well, and every broker ends registered under one controller.

import { expect, test } from 'vitest'
import { convergence } from '../src/sim/checkers/index.ts'
import type { Action, ScenarioHost } from '../src/sim/cluster/index.ts'
import { click, machines, PLAYGROUND, run, scenarioWith, startAll } from './support/playground.ts'

const zookeepers = (...names: string[]) => machines('zookeeper', names)
const brokers = (...names: string[]) => machines('kafka', names)
const up = (at: number, ...names: string[]): Action => click(at, `docker-compose up -d ${names.join(' ')}`)

const numbered: ScenarioHost[] = [
  { name: 'alpha', image: 'zookeeper', id: 11 },
  { name: 'beta', image: 'zookeeper', id: 5 },
  { name: 'gamma', image: 'zookeeper', id: 42 },
  { name: 'east', hostname: 'c0ffee000001', image: 'kafka', id: 1001 },
  { name: 'west', hostname: 'c0ffee000002', image: 'kafka', id: 0 },
]

const CASES: readonly (readonly [name: string, hosts: readonly ScenarioHost[], actions: readonly Action[]])[] = [
  ['the playground', PLAYGROUND, startAll(PLAYGROUND)],
  ['all at once', PLAYGROUND, [click(0, 'docker-compose up -d')]],
  ['brokers a second before their zookeepers', PLAYGROUND, [up(0, 'kafka1', 'kafka2'), up(1, 'zoo1', 'zoo2', 'zoo3')]],
  ['both brokers together', PLAYGROUND, [up(0, 'zoo1', 'zoo2', 'zoo3'), up(6, 'kafka2', 'kafka1')]],
  ['two of three zookeepers', PLAYGROUND, [up(0, 'zoo2'), up(1, 'zoo3'), up(6, 'kafka1'), up(9, 'kafka2')]],
  ['three brokers', [...zookeepers('zoo1', 'zoo2', 'zoo3'), ...brokers('kafka1', 'kafka2', 'kafka3')], []],
  ['five zookeepers', [...zookeepers('zoo1', 'zoo2', 'zoo3', 'zoo4', 'zoo5'), ...brokers('kafka1', 'kafka2')], []],
  ['one broker', [...zookeepers('zoo1', 'zoo2', 'zoo3'), ...brokers('kafka1')], []],
  ['other names and ids', numbered, [up(0, 'beta'), up(1.2, 'alpha'), up(2.4, 'gamma'), up(8, 'west'), up(12, 'east')]],
]

test.each(CASES)('%s', (_name, hosts, given) => {
  const actions = given.length > 0 ? given : startAll(hosts)
  for (const seed of [1, 2, 3]) {
    const { world, trace } = run(scenarioWith(seed, hosts, actions), 60)
    expect(convergence(world).missing).toEqual([])
    expect(trace.filter((e) => e.code === 'controller.elected')).toHaveLength(1)
  }
})
