import { describe, expect, test } from 'vitest'
import { List, seconds, us, type Action, type Micros, type TraceEntry, type World } from '../../sim/index.ts'
import { countUpTo, LaneMaker, marksNear, shownMarks, type Mark } from './lanes.ts'
import { TimeScale } from './scale.ts'

const root = { root: 'scenario', action: -1, label: '', at: us(0) } as const
function entry(id: number, at: number, code: string, subject = 'kafka1', host = 'kafka1'): TraceEntry {
  return { id, at: seconds(at), code, subject, fields: {}, host, pid: 0, cause: root, silence: undefined }
}
const tipOf = (entries: readonly TraceEntry[]): World => ({ trace: List.of(entries) }) as unknown as World
const action = (at: number, text: string): Action => ({ at: seconds(at), terminal: 'host', kind: '$', text })

describe('lanes', () => {
  const entries = [entry(0, 1, 'container.started'), entry(1, 2, 'controller.elected'), entry(2, 8, 'container.ended')]
  const actions = [action(0, 'docker-compose up -d'), action(7, 'docker-compose kill kafka1'), action(20, 'ls')]

  test('hold entries and actions up to what was seen, each in its own', () => {
    const lanes = new LaneMaker().make({ actions, tip: tipOf(entries) }, seconds(7))
    expect(lanes.you.map((m) => [m.sign, m.text()])).toEqual([
      ['dot', 'docker-compose up -d'],
      ['cross', 'docker-compose kill kafka1'],
    ])
    expect(lanes.machines).toHaveLength(1)
    expect(lanes.controller[0]!.text()).toContain('became controller')
  })
  test('grow with the trace, and begin anew with other actions', () => {
    const maker = new LaneMaker()
    const first = maker.make({ actions, tip: tipOf(entries) }, seconds(7))
    const second = maker.make({ actions, tip: tipOf(entries) }, seconds(9))
    expect(first.machines).toHaveLength(1)
    expect(second.machines).toHaveLength(2)
    expect(second.controller).toBe(first.controller)
    expect(maker.make({ actions: actions.slice(0, 1), tip: tipOf(entries.slice(0, 1)) }, seconds(9)).machines).toHaveLength(1)
  })
  test('show no more marks than pixels hold, the weightiest on top', () => {
    const mark = (at: Micros, weight: 1 | 2 | 3): Mark => ({
      at,
      weight,
      sign: 'dot',
      concept: 'zookeeper',
      entry: undefined,
      action: -1,
      text: () => '',
    })
    const many = Array.from({ length: 100_000 }, (_, i) => mark(us(i * 100), i === 55_555 ? 3 : 1))
    const shown = shownMarks(many, new TimeScale(0, 10_000_000, 500))
    expect(shown.length).toBeLessThan(210)
    expect(shown.some((s) => s.mark.weight === 3)).toBe(true)
    expect(shown.reduce((sum, s) => sum + 1 + s.hidden, 0)).toBe(100_000)
  })
  test('find what is near a pixel, the nearest first', () => {
    const scale = new TimeScale(0, 10_000_000, 1000)
    const marks = [1, 1.05, 5].map((s): Mark => ({
      at: seconds(s),
      weight: 1,
      sign: 'dot',
      concept: 'you',
      entry: undefined,
      action: 0,
      text: () => String(s),
    }))
    expect(marksNear(marks, scale, 104, 8).map((m) => m.text())).toEqual(['1.05', '1'])
    expect(marksNear(marks, scale, 300, 8)).toEqual([])
    expect(countUpTo(marks, seconds(1))).toBe(1)
  })
})
