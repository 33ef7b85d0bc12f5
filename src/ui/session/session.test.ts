import { beforeEach, describe, expect, test } from 'vitest'
import { fingerprint, History, scenarioNamed, seconds, toDocument, type Micros, type World } from '../../sim/index.ts'
import { LAST_MOMENT, Session } from './index.ts'

const FRAME = 1000 / 60
const scenario = scenarioNamed('start')!

/** Frames until a condition holds; fails after so many. */
function frames(session: Session, until: () => boolean, most = 3000): number {
  let n = 0
  for (; !until(); n++) {
    if (n >= most) throw new Error(`not within ${most} frames`)
    session.tick(FRAME)
  }
  return n
}

/** To a moment, over as many frames as it takes. */
function go(session: Session, second: number): void {
  session.seek(seconds(second))
  frames(session, () => session.seekingTo === undefined)
}

describe('the session', () => {
  let session: Session
  beforeEach(() => {
    session = new Session(scenario)
  })

  test('plays at a rate, to the microsecond, at any number of frames', () => {
    session.setRate(2)
    session.play()
    for (let i = 0; i < 60; i++) session.tick(FRAME)
    expect(Math.abs(session.now - seconds(2))).toBeLessThanOrEqual(1)
    session.setRate(0.001)
    const before = session.now
    for (let i = 0; i < 60; i++) session.tick(FRAME)
    expect(Math.abs(session.now - before - 1000)).toBeLessThanOrEqual(1)
  })
  test('at a thousand times a frame stays bounded, and what is reached is told', () => {
    session.setRate(1000)
    session.play()
    for (let i = 0; i < 30; i++) session.tick(FRAME)
    expect(session.now).toBeGreaterThan(seconds(20))
    expect(session.lagging).toBe(session.effectiveRate < 1000)
  })

  test('a command entered while paused lets time run until its prompt is back, and no further', () => {
    go(session, 20)
    session.act('docker-compose kill kafka2')
    expect(session.running).toBe(true)
    frames(session, () => !session.running)
    expect(session.playing).toBe(false)
    expect(session.world.terminals.host!.foreground).toBe(0)
    expect(session.world.hosts.kafka2!.container).toBe('exited')
    expect(session.now - seconds(20)).toBeLessThan(seconds(2))
  })
  test('a program that waits for what is typed lets time stand again', () => {
    go(session, 20)
    session.type('host', './wrappers/zk-shell zoo1')
    frames(session, () => !session.running)
    expect(session.world.terminals.host!.foreground).not.toBe(0)
    expect(session.now - seconds(20)).toBeLessThan(seconds(6))
    session.type('host', 'tree')
    expect(session.current.actions.at(-1)!.kind).toBe('>')
    // The terminal is taken: a click does its command elsewhere.
    session.act('docker-compose pause kafka1')
    expect(session.current.actions.at(-1)).toMatchObject({ kind: '!', terminal: 'clicks' })
  })

  test('acting in the past makes a fork; both futures stay', () => {
    go(session, 25)
    go(session, 18)
    session.act('docker-compose kill kafka2')
    expect(session.forks).toHaveLength(2)
    expect(session.fork).toBe(1)
    session.pause()
    session.selectFork(0)
    expect(session.now).toBe(seconds(18))
    expect(session.seen).toBe(seconds(25))
    expect(session.world.hosts.kafka2!.container).toBe('running')
  })
  test('looking ahead for directed play makes no fork and shows nothing early', () => {
    session.setDirected(true)
    session.play()
    for (let i = 0; i < 120; i++) session.tick(FRAME)
    expect(session.history.end).toBeGreaterThan(session.now)
    expect(session.seen).toBe(session.now)
    session.act('docker-compose ps')
    expect(session.forks).toHaveLength(1)
  })
  test('a jump to the next significant entry finds it, and makes no fork either', () => {
    for (let i = 0; i < 20 && session.world.trace.last()?.code !== 'controller.elected'; i++) {
      session.jumpSignificant(1)
      frames(session, () => !session.running)
    }
    expect(session.world.trace.last()?.code).toBe('controller.elected')
    expect(session.selection).toEqual({ kind: 'trace', id: session.world.trace.end - 1 })
    session.act('docker-compose ps')
    expect(session.forks).toHaveLength(1)
  })
  test('steps forward and back meet the same moments', () => {
    go(session, 8.5)
    const forward: Micros[] = []
    for (let i = 0; i < 12; i++) {
      session.stepEvent(1)
      forward.push(session.now)
    }
    expect(new Set(forward).size).toBe(12)
    for (let i = 10; i >= 0; i--) {
      session.stepEvent(-1)
      expect(session.now).toBe(forward[i])
    }
  })
  test('a seek given up half-way leaves the moment that was on show', () => {
    go(session, 19)
    const seen = session.now
    session.history.seek(seconds(3))
    session.act('echo here')
    expect(session.current.actions.at(-1)!.at).toBe(seen)
  })
})

describe('links', () => {
  test('a shared moment opens at that moment, paused, with its forks', () => {
    const session = new Session(scenario)
    go(session, 20)
    go(session, 12.345678)
    session.act('docker-compose pause zoo3')
    session.pause()
    const link = session.share()
    const again = Session.fromFragment(link.slice(link.indexOf('#')))
    expect(again.notice).toBeUndefined()
    expect(again.playing).toBe(false)
    expect(again.now).toBe(session.now)
    expect(again.forks).toHaveLength(2)
    expect(fingerprint(again.world)).toBe(fingerprint(session.world))
  })
  test('what is wrong is told with place and reason, and a run is there all the same', () => {
    const session = Session.fromFragment('#run=@')
    expect(session.notice).toMatchObject({ kind: 'error', title: 'This link could not be opened' })
    expect(session.notice!.reason.length).toBeGreaterThan(5)
    session.play()
    session.tick(FRAME)
    expect(session.now).toBeGreaterThan(0)
  })
  test('a far moment is simulated in steps and ends where it would at once', () => {
    const history = new History(scenarioNamed('empty')!)
    history.seek(seconds(700))
    history.act({ terminal: 'host', kind: '$', text: 'docker-compose up -d zoo1' })
    history.seek(seconds(720))
    history.seek(seconds(650))
    history.act({ terminal: 'host', kind: '$', text: 'docker-compose up -d zoo2' })
    history.seek(seconds(703))
    const doc = toDocument(history)
    const session = new Session(scenario)
    expect(session.openRun(JSON.parse(JSON.stringify(doc)))).toBe(true)
    frames(session, () => session.scenario.name === 'empty')
    expect(session.notice).toBeUndefined()
    expect(toDocument(session.history)).toEqual(doc)
  })
  test('a hostile moment, a week away, does not hang the page and can be stopped', () => {
    const session = new Session(scenario)
    const doc = { ...toDocument(new History(scenario)), at: LAST_MOMENT, fingerprint: '' }
    session.openRun(doc)
    for (let i = 0; i < 5; i++) session.tick(FRAME)
    expect(session.history.end).toBeLessThan(LAST_MOMENT)
    expect(session.notice!.title).toBe('Opening a long run')
    session.notice!.remedy!.run()
    expect(session.notice).toBeUndefined()
    session.play()
    session.tick(FRAME)
    expect(session.now).toBeGreaterThan(0)
  })
  test('a far document is checked before anything is simulated', () => {
    const session = new Session(scenario)
    const doc = { ...toDocument(new History(scenario)), at: LAST_MOMENT, evil: true }
    expect(session.openRun(doc)).toBe(true)
    expect(session.notice).toMatchObject({ kind: 'error', place: 'document.evil' })
  })
})

test('time stops where the disks hold more than a tab can, and says so', () => {
  class Small extends Session {
    protected override isFull(world: World): boolean {
      return world.now > seconds(50)
    }
  }
  const session = new Small(scenario)
  session.setRate(1000)
  session.play()
  frames(session, () => !session.running)
  expect(session.now).toBeGreaterThan(seconds(50))
  expect(session.notice).toMatchObject({ kind: 'info', title: 'Time stops here' })
  session.seek(seconds(10))
  frames(session, () => session.seekingTo === undefined)
  session.notice = undefined
  session.setRate(1)
  session.play()
  session.tick(FRAME)
  expect([session.running, session.notice]).toEqual([true, undefined])
})
