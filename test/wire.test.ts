// What passes between the hosts, against what passed between the real ones.

import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { seconds } from '../src/sim/base/index.ts'
import { playRecording } from '../cli/play.ts'
import { parseRecording, type Recording } from '../cli/recording.ts'
import { Recorder } from '../cli/wire/capture.ts'
import { printWire } from '../cli/wire/print.ts'
import { inOrder } from './support/comparison.ts'
import { compareWires, readWire, type WireLine } from './support/wire-comparison.ts'

const read = (name: string): string => readFileSync(new URL(`./recordings/wire/${name}`, import.meta.url), 'utf8')

function capture(recording: Recording, seed?: number): WireLine[] {
  const recorder = new Recorder()
  playRecording(recording, {
    ...(seed === undefined ? {} : { seed }),
    observers: [recorder],
    onEngine: (engine) => recorder.attach(engine),
    settle: seconds(26),
  })
  return readWire(printWire(recorder).join('\n'))
}

/** The seconds of a script that a recorded wire is about. */
const windowOf = (text: string): readonly [from: number, to: number] => {
  const m = /^# script: \S+, seconds ([\d.]+) to ([\d.]+)/m.exec(text)!
  return [Number(m[1]), Number(m[2])]
}
const within = (lines: readonly WireLine[], [from, to]: readonly [number, number]): WireLine[] =>
  lines.filter((l) => l.at >= from && l.at <= to)

const script = parseRecording(read('start-up-topic-failover.rec'))
const upTo = (at: number): Recording => ({ ...script, actions: script.actions.filter((a) => a.at < at * 1_000_000) })

describe('start-up', () => {
  // Two real start-ups agree in 97.8 to 99.3 % of kinds and 97.0 to 98.5 % of details.
  test.each([undefined, 1, 2, 3])('three zookeepers and two brokers say what the real ones say (seed %s)', (seed) => {
    const real = read('start-up.txt')
    const { kinds, details } = compareWires(readWire(real), within(capture(upTo(60), seed), windowOf(real)))
    expect(kinds).toBeGreaterThanOrEqual(0.97)
    expect(details).toBeGreaterThanOrEqual(0.95)
  })
})

describe('with a topic', () => {
  test.each([
    ['a topic is made, its controller is killed and comes back', 'topic-and-failover.txt', 'start-up-topic-failover.rec'],
    ['brokers leave in order and come back', 'graceful.txt', 'graceful.rec'],
  ])('%s', (_, wire, rec) => {
    const real = read(wire)
    const recording = parseRecording(read(rec))
    for (const seed of [undefined, 1, 2, 3]) {
      const { kinds, details } = compareWires(readWire(real), within(capture(recording, seed), windowOf(real)))
      expect(kinds).toBeGreaterThanOrEqual(0.97)
      expect(details).toBeGreaterThanOrEqual(0.95)
    }
  })
})

describe('admin tools', () => {
  /** Admin answers and their bytes. */
  const sizes = (lines: readonly WireLine[]): string[] =>
    lines.flatMap((l) => {
      const m = /^< +(\w+(?:Topics|Partitions|Configs)) .*? (\d+B)/.exec(l.text)
      return m ? [`${m[1]} ${m[2]}`] : []
    })
  test('ask whom the real ones ask, and the cluster does what they ask for', () => {
    const real = read('admin.txt')
    const script = parseRecording(read('produce-admin.rec'))
    // In the recording every tool drew kafka2 when any broker would do.
    const recording = { ...script, choices: { ...script.choices, 'least-loaded node': '2' } }
    for (const seed of [undefined, 1, 2, 3]) {
      const lines = within(capture(recording, seed), windowOf(real)).filter((l) => l.proto !== 'quorum')
      const { kinds, details } = compareWires(readWire(real), lines)
      expect(kinds).toBeGreaterThanOrEqual(0.97)
      expect(details).toBeGreaterThanOrEqual(0.95)
      // The broker's 190 settings and a topic's 26, with and without what else they could be, are as long as the real ones.
      expect(sizes(lines)).toEqual(sizes(readWire(real)))
      expect(sizes(lines)).toHaveLength(7)
    }
  })
})

describe('records', () => {
  const real = readWire(read('produce-and-follow.txt'))
  const script = parseRecording(read('produce-admin.rec'))
  const wireOf = (seed?: number): WireLine[] => within(capture(script, seed), windowOf(read('produce-and-follow.txt')))
  const api = (line: WireLine): string => /^[<>] (\w+)/.exec(line.text)?.[1] ?? ''
  /** What is said of a partition from the first record on: who tells whom which records, who asks from which offset, who learns which high watermark. */
  const storyOf = (lines: readonly WireLine[], partition: string): string[] => {
    const about = lines.filter((l) => ['Produce', 'Fetch'].includes(api(l)) && l.text.includes(`${partition}{`))
    const first = about.findIndex((l) => api(l) === 'Produce')
    return about.slice(first).map((l) => {
      const what = l.text.replace(/ #\d+| cid=\S+| [\d.]+ms| (session|sepoch|replica)=\S+/g, '').replace(/\s+/g, ' ')
      return `${l.from.replace(/\/.*/, '')} to ${l.to.replace(/\/.*/, '')} ${what}`
    })
  }
  test.each([undefined, 1, 2, 3])('a producer and the brokers say what the real ones say (seed %s)', (seed) => {
    const ours = wireOf(seed)
    // The recorded text cuts fetches of nothing short; how often a follower had fetched before is chance.
    const told = (lines: readonly WireLine[]): WireLine[] =>
      lines.filter((l) => api(l) !== 'Fetch' || l.text.includes('wired')).map((l) => ({ ...l, text: l.text.replace(/ sepoch=\d+/, '') }))
    const { kinds, details } = compareWires(told(real), told(ours))
    expect(kinds).toBeGreaterThanOrEqual(0.95)
    expect(details).toBeGreaterThanOrEqual(0.9)
    for (const partition of ['wired-0', 'wired-1']) {
      const [there, here] = [real, ours].map((lines) => storyOf(lines, partition)) as [string[], string[]]
      expect(inOrder(there, here) / Math.max(there.length, here.length)).toBeGreaterThanOrEqual(0.85)
    }
  })
  test('the waiting fetch carries a record, the next one acknowledges it, its answer brings the high watermark: sizes included', () => {
    // Which partition the first record goes to is drawn, and there it was wired-1.
    const lines = capture({ ...script, choices: { ...script.choices, 'first-partition wired': '1' } })
    for (const partition of ['wired-0', 'wired-1']) {
      const [there, here] = [storyOf(real, partition), storyOf(within(lines, windowOf(read('produce-and-follow.txt'))), partition)]
      expect(there.length).toBeGreaterThan(20)
      expect(here).toEqual(there)
    }
  })
})

describe('topics through their lives', () => {
  // Which broker an admin client asks is drawn, so only what brokers say themselves is compared; their idle fetches are left out of the recorded text.
  const ofBrokers = (lines: readonly WireLine[]): WireLine[] => {
    const isBroker = (who: string): boolean => /^kafka\d+$/.test(who)
    return lines
      .filter((l) => (isBroker(l.from) && (isBroker(l.to) || l.proto === 'zk')) || (isBroker(l.to) && l.proto === 'zk'))
      .filter((l) => !/^[<>] Fetch/.test(l.text))
  }
  test('a topic is made, grows, is configured and is deleted', () => {
    const real = read('admin.txt')
    const ours = within(capture(parseRecording(read('produce-admin.rec'))), windowOf(real))
    const { kinds, details } = compareWires(ofBrokers(readWire(real)), ofBrokers(ours))
    expect(kinds).toBeGreaterThanOrEqual(0.97)
    expect(details).toBeGreaterThanOrEqual(0.95)
  })
})

describe('at rest', () => {
  let idle: readonly WireLine[]
  const WINDOW = 59
  beforeAll(() => {
    // One topic of two partitions, each broker leads one.
    const last = upTo(61).actions
    const recorder = new Recorder()
    playRecording(
      { ...script, actions: last },
      { observers: [recorder], onEngine: (engine) => recorder.attach(engine), settle: seconds(95) },
    )
    idle = within(readWire(printWire(recorder).join('\n')), [75, 75 + WINDOW])
  })
  const role = (who: string): string => (who.startsWith('zoo') ? 'zookeeper' : who.startsWith('kafka') ? 'broker' : who)
  const kindOf = (text: string): string => text.replace(/^([<>]) +(\w+).*/, '$1 $2').replace(/^(PING).*/, '$1')

  test('nothing passes that does not pass in the real cluster', () => {
    // The table: proto, kind, request or response, from, to, count...
    const allowed = new Set(
      read('idle.txt')
        .split('\n')
        .flatMap((line) => {
          const m = /^(kafka|quorum|zk) +(\w+)(?: v\d+ \(\S+\))? +(request|response)? +(\w+) +(\w+) +\d+ +[\d.]+ +[\d.]+ s/.exec(line)
          if (!m) return []
          const sign = m[3] === 'request' ? '> ' : m[3] === 'response' ? '< ' : ''
          return [`${m[1]} ${sign}${m[2]} ${role(m[4]!)} ${role(m[5]!)}`]
        }),
    )
    expect(allowed.size).toBe(5)
    const passed = new Set(idle.map((l) => `${l.proto} ${kindOf(l.text)} ${role(l.from)} ${role(l.to)}`))
    expect([...passed].filter((what) => !allowed.has(what))).toEqual([])
  })

  test('pings are as frequent: every second between servers, every two from a broker', () => {
    const count = (what: (l: WireLine) => boolean): number => idle.filter(what).length
    for (const follower of ['zoo1', 'zoo3']) {
      expect(Math.abs(count((l) => l.proto === 'quorum' && l.from === follower) - WINDOW)).toBeLessThanOrEqual(2)
      expect(Math.abs(count((l) => l.proto === 'quorum' && l.to === follower) - WINDOW)).toBeLessThanOrEqual(2)
    }
    for (const broker of ['kafka1', 'kafka2']) {
      expect(Math.abs(count((l) => l.proto === 'zk' && l.from === broker) - WINDOW / 2)).toBeLessThanOrEqual(2)
      expect(count((l) => l.proto === 'zk' && l.to === broker)).toBe(count((l) => l.proto === 'zk' && l.from === broker))
    }
  })

  test('followers fetch twice a second: 63 bytes out, 18 back', () => {
    for (const follower of ['kafka1', 'kafka2']) {
      const leader = follower === 'kafka1' ? 'kafka2' : 'kafka1'
      const asked = idle.filter((l) => l.from === follower && l.text.startsWith('> Fetch'))
      const answered = idle.filter((l) => l.to === follower && l.from === leader && l.text.startsWith('< Fetch'))
      for (const lines of [asked, answered]) expect(Math.abs(lines.length - WINDOW / 0.505)).toBeLessThanOrEqual(3)
      expect(asked.filter((l) => !/ 63B .* topics=\[\]$/.test(l.text))).toEqual([])
      expect(answered.filter((l) => !/ 18B .* responses=\[\]$/.test(l.text))).toEqual([])
    }
  })
})
