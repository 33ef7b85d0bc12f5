import { beforeEach, describe, expect, test } from 'vitest'
import { scenarioNamed, seconds } from '../../sim/index.ts'
import { Session } from './index.ts'

const FRAME = 1000 / 60
/** Frames until nothing runs. */
function settle(session: Session): void {
  for (let n = 0; session.running; n++) {
    if (n > 3000) throw new Error('it does not come to rest')
    session.tick(FRAME)
  }
}

describe('a lesson', () => {
  let session: Session
  beforeEach(() => {
    session = Session.fromFragment('#scenario=kill-the-controller')
    settle(session)
  })

  test('comes in where it says, before its first step', () => {
    expect(session.scenario.name).toBe('kill-the-controller')
    expect(session.now).toBe(session.lesson!.opensAt)
    expect(session.stepsReached).toBe(0)
  })
  test('its steps are found one after the other, and what they tell of is selected', () => {
    const moments: number[] = []
    for (let i = 1; i <= session.lesson!.steps.length; i++) {
      session.jumpStep(1)
      settle(session)
      expect(session.stepsReached).toBe(i)
      moments.push(session.now)
    }
    expect(moments).toEqual([...moments].sort((a, b) => a - b))
    expect(session.selection).toMatchObject({ kind: 'trace' })
    expect(session.steps[4]!.entry).toMatchObject({ code: 'leader.elected', subject: 'playground-0', fields: { leaderEpoch: 2 } })
    session.jumpStep(-1)
    settle(session)
    expect(session.now).toBe(moments.at(-2))
    session.goToStep(0)
    settle(session)
    session.jumpStep(-1)
    settle(session)
    expect(session.now).toBe(session.lesson!.opensAt)
  })
  test('a step far ahead is found unseen', () => {
    session.openLesson(scenarioNamed('topics')!)
    settle(session)
    session.goToStep(8)
    settle(session)
    expect(session.now).toBeGreaterThan(seconds(300))
    expect(session.steps[8]!.entry).toMatchObject({ code: 'leader.elected', fields: { leader: 2, leaderEpoch: 3 } })
  })
  test('in another future its steps are looked for anew, and one that does not come is told', () => {
    session.goToStep(1)
    settle(session)
    session.seek(seconds(28))
    settle(session)
    session.act('docker-compose pause zoo1')
    expect(session.forks).toHaveLength(2)
    settle(session)
    // The kill was the first future's; here it never happens.
    session.goToStep(0)
    settle(session)
    expect(session.notice).toMatchObject({ title: 'This step does not come' })
    session.selectFork(0)
    settle(session)
    expect(session.steps.length).toBeGreaterThanOrEqual(2)
  })
  test('a wrong name is told, and the page opens as always', () => {
    const other = Session.fromFragment('#scenario=nowhere')
    expect(other.scenario.name).toBe('start')
    expect(other.notice).toMatchObject({ kind: 'error', place: 'scenario' })
  })
})
