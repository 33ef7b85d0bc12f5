import { describe, expect, test } from 'vitest'
import { firstAt, run, type Run } from '../../../test/support/playground.ts'
import { ms, seconds, type Micros } from '../base/index.ts'
import type { Action } from '../cluster/index.ts'
import { brokerStateOf, brokerView, partitionsKnown } from '../kafka/broker/index.ts'
import type { TraceEntry } from '../kernel/index.ts'
import { zkNode, zkPeer, type ZkServer } from '../zookeeper/index.ts'
import { scenarioGroups, scenarioNamed, scenarios, storyEnd, tells, type ShippedScenario } from './index.ts'
import { ZK } from './playground.ts'

/** Where each step of a lesson is found in a trace; undefined from the first that is not. */
function moments({ lesson }: ShippedScenario, trace: readonly TraceEntry[]): (number | undefined)[] {
  let from = 0
  return lesson.steps.map(({ moment }) => {
    if ('at' in moment) return from < 0 ? undefined : moment.at
    const index = from < 0 ? -1 : trace.findIndex((entry, i) => i >= from && tells(moment, entry))
    from = index < 0 ? -1 : index + 1
    return index < 0 ? undefined : trace[index]!.at
  })
}

/** What ZooKeeper's leader has in a znode; undefined when there is none. */
function znode({ world }: Run, path: string): string | undefined {
  const servers = Object.values(world.processes).filter((p) => p.kind === 'zookeeper')
  const leading = servers.map((p) => p.state as ZkServer).find((s) => zkPeer(s).role === 'LEADING')!
  return zkNode(leading, path)?.data ?? undefined
}
/** A partition's state znode in short: `1 leads, epoch 2, ISR 1, by 2`. */
function state(run: Run, partition: string): string {
  const [topic, id] = partition.split(/-(?=\d+$)/)
  const s = JSON.parse(znode(run, `/kafka/brokers/topics/${topic}/partitions/${id}/state`)!) as Record<string, number> & { isr: number[] }
  return `${s.leader} leads, epoch ${s.leader_epoch}, ISR ${s.isr.join()}, by ${s.controller_epoch}`
}
const epoch = (run: Run): string => znode(run, '/kafka/controller_epoch')!
const ids = (run: Run): string[] => ['1', '2'].filter((id) => znode(run, `/kafka/brokers/ids/${id}`) !== undefined)
const broker = ({ world }: Run, host: string) => brokerStateOf(world.processes[world.hosts[host]!.mainPid]!)!
const told = (name: string, until?: number): Run => {
  const scenario = scenarioNamed(name)!
  return run(scenario, until ?? storyEnd(scenario) / 1e6)
}
const typed = ({ world }: Run, terminal: string): string[] => {
  const entries = world.terminals[terminal]!.entries
  const out: string[] = []
  for (let i = entries.start; i < entries.end; i++) {
    const { kind, text, code } = entries.at(i)!
    out.push(kind === 'exit' && code !== 0 ? `error: exit code ${code}` : text)
  }
  return out
}

describe('every scenario', () => {
  test('has a name, a title and a text of its own', () => {
    expect(scenarioGroups.flatMap((g) => g.scenarios)).toEqual([...scenarios])
    for (const key of ['name', 'title', 'about'] as const) expect(new Set(scenarios.map((s) => s[key])).size).toBe(scenarios.length)
    for (const s of scenarios) expect(s.about.length).toBeLessThan(190)
    for (const s of scenarios) expect(s.name).toMatch(/^[a-z]+(-[a-z]+)*$/)
  })
  test.each(scenarios.filter((s) => s.actions.length > 0).map((s) => [s.name, s] as const))(
    '%s runs to its end, meets its steps in order, and nothing it types fails',
    (_, scenario) => {
      const end = storyEnd(scenario)
      const later: Action[] = scenario.lesson.tries.flatMap(({ command, terminal }, i) =>
        command === undefined
          ? []
          : [
              {
                at: (end + seconds(40) * i) as Micros,
                terminal: terminal ?? 'host',
                kind: terminal === undefined ? '$' : '>',
                text: command,
              },
            ],
      )
      const whole = run({ ...scenario, actions: [...scenario.actions, ...later] }, end / 1e6 + 40 * later.length)
      const found = moments(scenario, whole.trace)
      expect(found).not.toContain(undefined)
      expect(found).toEqual([...found].sort((a, b) => a! - b!))
      expect(found.at(-1)!).toBeLessThanOrEqual(end)
      // The first step is still to come where the reader comes in, or just gone by.
      if (scenario.lesson.opensAt > 0) expect(found[0]!).toBeGreaterThan(scenario.lesson.opensAt - seconds(1))
      expect(whole.world.acted).toBe(scenario.actions.length + later.length)
      const shown = [...typed(whole, 'host'), ...(whole.world.terminals[ZK] ? typed(whole, ZK) : [])]
      const failures = shown.filter((text) => /not found|usage|error|not modelled|does not do|Exception|Aborted/i.test(text))
      expect(failures).toEqual([])
    },
    20_000,
  )
  // Not the long one; and not the hasty restart, which a slow start may save from its own znode.
  test.each(scenarios.filter((s) => !['topics', 'restart-too-soon'].includes(s.name)).map((s) => [s.name, s] as const))(
    '%s tells its story with another seed too',
    (_, scenario) => {
      expect(moments(scenario, run({ ...scenario, seed: 7 }, storyEnd(scenario) / 1e6).trace)).not.toContain(undefined)
    },
  )
})

describe('brokers and topics', () => {
  test('kafka2 is controller until it stops, and not again', () => {
    expect(JSON.parse(znode(told('brokers', 45), '/kafka/controller')!)).toMatchObject({ brokerid: 2 })
    const end = told('brokers')
    expect(JSON.parse(znode(end, '/kafka/controller')!)).toMatchObject({ brokerid: 1 })
    expect([epoch(end), ids(end)]).toEqual(['2', ['1', '2']])
  })
  test('leader epochs rise by two where kafka2 led; it leads again only after the controller’s look, up to 300 s later', () => {
    const at = (moment: number): string[] => {
      const r = told('topics', moment)
      const [even, odd] = [state(r, 'playground-0'), state(r, 'playground-1')]
      expect([state(r, 'playground-2'), state(r, 'playground-3')]).toEqual([even, odd])
      return [even, odd]
    }
    expect(at(40)).toEqual(['2 leads, epoch 0, ISR 2,1, by 1', '1 leads, epoch 0, ISR 1,2, by 1'])
    expect(at(78)).toEqual(['1 leads, epoch 2, ISR 1, by 2', '1 leads, epoch 1, ISR 1, by 2'])
    expect(at(200)).toEqual(['1 leads, epoch 2, ISR 1,2, by 2', '1 leads, epoch 1, ISR 1,2, by 2'])
    expect(at(385)).toEqual(['2 leads, epoch 3, ISR 1,2, by 2', '1 leads, epoch 1, ISR 1,2, by 2'])
  }, 20_000)
})

/** Seconds from the first entry to the next one of another code. */
function span({ trace }: Run, from: [string, string], to: [string, string?]): number {
  const began = firstAt(trace, ...from)!
  return (trace.find((e) => e.at >= began && e.code === to[0] && (to[1] === undefined || e.subject === to[1]))!.at - began) / 1e6
}

describe('a disk that runs full', () => {
  test('costs what a kill costs, and no acknowledged record', () => {
    const r = told('a-disk-runs-full', 70)
    expect(span(r, ['container.ended', 'kafka2'], ['session.expired'])).toBeGreaterThan(3)
    expect([state(r, 'playground-0'), epoch(r), ids(r)]).toEqual(['1 leads, epoch 2, ISR 1, by 2', '2', ['1']])
    const end = told('a-disk-runs-full')
    expect(state(end, 'playground-0')).toBe('1 leads, epoch 2, ISR 1,2, by 2')
    const [one, two] = ['kafka1', 'kafka2'].map((host) => broker(end, host).replicas.logs.get('playground-0')!.logEndOffset)
    expect(one).toBeGreaterThan(300)
    expect(two).toBe(one)
  })
})

describe('ways to lose a broker', () => {
  test('stop: ten seconds of service, then the epochs of a kill', () => {
    const r = told('stop-the-controller', 58)
    expect(span(r, ['container.stopping', 'kafka2'], ['container.ended'])).toBeCloseTo(10, 1)
    expect([state(r, 'playground-0'), state(r, 'playground-1'), epoch(r)]).toEqual([
      '1 leads, epoch 2, ISR 1, by 2',
      '1 leads, epoch 1, ISR 1, by 2',
      '2',
    ])
    const end = told('stop-the-controller')
    expect([state(end, 'playground-0'), state(end, 'playground-1')]).toEqual([
      '1 leads, epoch 2, ISR 1,2, by 2',
      '1 leads, epoch 1, ISR 1,2, by 2',
    ])
  })
  test('kill the controller: +2 where it led, +1 where it followed', () => {
    const r = told('kill-the-controller')
    expect([state(r, 'playground-0'), state(r, 'playground-1'), epoch(r)]).toEqual([
      '1 leads, epoch 2, ISR 1, by 2',
      '1 leads, epoch 1, ISR 1, by 2',
      '2',
    ])
    const silent = span(r, ['container.ended', 'kafka2'], ['session.expired'])
    expect(silent).toBeGreaterThan(4)
    expect(silent).toBeLessThan(8.1)
  })
  test('kill the other: +1 everywhere, the controller’s epoch stays', () => {
    const r = told('kill-the-other', 48)
    expect([state(r, 'playground-0'), state(r, 'playground-1'), epoch(r)]).toEqual([
      '2 leads, epoch 1, ISR 2, by 1',
      '2 leads, epoch 1, ISR 2, by 1',
      '1',
    ])
    expect(state(told('kill-the-other'), 'playground-1')).toBe('2 leads, epoch 1, ISR 2,1, by 1')
  })
  test('terminate: leaders move before it leaves; the states bear the old controller’s epoch', () => {
    const r = told('terminate')
    expect(span(r, ['broker.leaving', 'broker 2'], ['leader.elected', 'playground-0'])).toBeLessThan(0.5)
    expect([state(r, 'playground-0'), state(r, 'playground-1'), epoch(r)]).toEqual([
      '1 leads, epoch 1, ISR 1, by 1',
      '1 leads, epoch 1, ISR 1, by 1',
      '2',
    ])
    expect(r.trace.some((e) => e.code === 'session.expired')).toBe(false)
    expect(r.world.hosts.kafka2!.exitCode).toBe(143)
  })
  test('pause: woken, it believes for a moment that it is controller still', () => {
    const whole = told('pause')
    const woken = firstAt(whole.trace, 'container.unpaused', 'kafka2')! / 1e6
    const moment = told('pause', woken + 0.01)
    expect(['kafka1', 'kafka2'].map((name) => brokerView(broker(moment, name)).controller)).toMatchObject([
      { isController: true, epoch: 2 },
      { isController: true, epoch: 1 },
    ])
    expect(brokerView(broker(whole, 'kafka2')).controller.isController).toBe(false)
    expect([state(whole, 'playground-0'), epoch(whole), ids(whole)]).toEqual(['1 leads, epoch 2, ISR 1,2, by 2', '2', ['1', '2']])
  })
  test('cut from ZooKeeper: gone for the cluster, leading for itself, and in an ISR all the same', () => {
    const r = told('cut-from-zookeeper', 50)
    expect(ids(r)).toEqual(['2'])
    expect([state(r, 'playground-0'), state(r, 'playground-1')]).toEqual([
      '2 leads, epoch 1, ISR 2,1, by 1',
      '2 leads, epoch 1, ISR 2, by 1',
    ])
    expect(partitionsKnown(broker(r, 'kafka1')).replicas.get('playground-1')).toMatchObject({ leader: 1, leaderEpoch: 0 })
    const end = told('cut-from-zookeeper')
    expect([ids(end), state(end, 'playground-1'), epoch(end)]).toEqual([['1', '2'], '2 leads, epoch 1, ISR 2,1, by 1', '1'])
    expect(partitionsKnown(broker(end, 'kafka1')).replicas.get('playground-1')).toMatchObject({ leader: 2, leaderEpoch: 1 })
  })
  test('cut from the other: nothing changes, cut or mended', () => {
    const r = told('cut-from-the-other')
    const cut = firstAt(r.trace, 'link.changed', 'kafka1 kafka2')!
    expect(r.trace.filter((e) => e.at >= cut && /^(leader|isr|session\.expired|partition|controller)/.test(e.code))).toEqual([])
    expect([state(r, 'playground-0'), state(r, 'playground-1')]).toEqual([
      '2 leads, epoch 0, ISR 2,1, by 1',
      '1 leads, epoch 0, ISR 1,2, by 1',
    ])
  })
  test('restarted too soon it dies of its own znode, exit code 1', () => {
    const r = told('restart-too-soon', 47)
    expect(r.world.hosts.kafka2).toMatchObject({ container: 'exited', exitCode: 1 })
    expect(ids(r)).toEqual(['1'])
    expect(firstAt(r.trace, 'broker.start.failed', 'broker 2')).toBeLessThan(r.trace.find((e) => e.code === 'session.expired')!.at)
    expect(ids(told('restart-too-soon'))).toEqual(['1', '2'])
  })
})

describe('failovers that go wrong', () => {
  test('one replica: no leader while its broker is away', () => {
    expect(state(told('single-replica', 50), 'single-0')).toBe('-1 leads, epoch 1, ISR 1, by 1')
    expect(state(told('single-replica'), 'single-0')).toBe('1 leads, epoch 2, ISR 1, by 1')
  })
  test('the last in sync gone: a living replica out of sync does not lead', () => {
    const r = told('last-in-sync-replica', 76)
    expect([ids(r), state(r, 'playground-0')]).toEqual([['1'], '-1 leads, epoch 2, ISR 2, by 2'])
    expect(state(told('last-in-sync-replica'), 'playground-0')).toBe('2 leads, epoch 3, ISR 2,1, by 2')
  })
  test('it does once the topic is told to allow it', () => {
    const scenario = scenarioNamed('last-in-sync-replica')!
    const text = scenario.lesson.tries.find((each) => each.command?.includes('kafka-configs'))!.command!
    const before = scenario.actions.filter((action) => action.at < seconds(76))
    const r = run({ ...scenario, actions: [...before, { at: seconds(76), terminal: 'host', kind: '$', text }] }, 100)
    expect(state(r, 'playground-0')).toBe('1 leads, epoch 3, ISR 1, by 2')
  })
  test('unclean: it does where the topic allows it', () => {
    const r = told('unclean-election', 78)
    expect([state(r, 'careful-0'), state(r, 'daring-0')]).toEqual(['-1 leads, epoch 2, ISR 2, by 2', '1 leads, epoch 3, ISR 1, by 2'])
    const end = told('unclean-election')
    expect([state(end, 'careful-0'), state(end, 'daring-0')]).toEqual([
      '2 leads, epoch 3, ISR 2,1, by 2',
      '1 leads, epoch 3, ISR 1,2, by 2',
    ])
  })
  test('both at once: the states stay, and the first to return leads', () => {
    const r = told('both-at-once', 47)
    expect([ids(r), znode(r, '/kafka/controller'), state(r, 'playground-0')]).toEqual([[], undefined, '2 leads, epoch 0, ISR 2,1, by 1'])
    expect(state(told('both-at-once', 64), 'playground-0')).toBe('1 leads, epoch 2, ISR 1, by 2')
  })
  test('both deaths lie within milliseconds', () => {
    const ended = told('both-at-once', 40)
      .trace.filter((e) => e.code === 'container.ended')
      .map((e) => e.at)
    expect(ended).toHaveLength(2)
    expect(ended[1]! - ended[0]!).toBeLessThan(ms(100))
  })
  test('made again: what is read depends on who leads, until the old log is taken away', () => {
    const read = (r: Run): string[] =>
      typed(r, 'host')
        .flatMap((text) => text.match(/(old|new)-\d/g) ?? [])
        .slice(-6)
    expect(read(told('topic-made-again'))).toEqual(['new-1', 'new-2', 'new-3', 'old-1', 'old-2', 'old-3'])
    const scenario = scenarioNamed('topic-made-again')!
    const text = scenario.lesson.tries.find((each) => each.command?.startsWith('rm'))!.command!
    const actions = [...scenario.actions, { at: seconds(73), terminal: 'other', kind: '$' as const, text }].sort((a, b) => a.at - b.at)
    expect(read(run({ ...scenario, actions }, storyEnd(scenario) / 1e6))).toEqual(['new-1', 'new-2', 'new-3', 'new-1', 'new-2', 'new-3'])
  })
})
