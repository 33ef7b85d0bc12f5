import { describe, expect, test } from 'vitest'
import { crossed, deedFor, machineAt, segmentsCross, type Pair } from './cutting.ts'

const at = (x: number, y: number) => ({ x, y })
const wire = (a: string, b: string, ...points: { x: number; y: number }[]) => ({ hosts: [a, b] as Pair, path: { points } })

describe('a stroke', () => {
  const wires = [
    wire('kafka1', 'zoo1', at(0, 0), at(0, 100)),
    wire('kafka1', 'zoo2', at(50, 0), at(60, 50), at(50, 100)),
    wire('kafka1', 'kafka1', at(20, 0), at(20, 100)),
    wire('kafka2', 'zoo3', at(0, 200), at(100, 200)),
  ]
  test('meets the wires it crosses, in order, each once, and none within a machine', () => {
    expect(crossed([at(-10, 40), at(30, 42), at(80, 44), at(-20, 60)], wires)).toEqual([
      ['kafka1', 'zoo1'],
      ['kafka1', 'zoo2'],
    ])
    expect(crossed([at(80, 44), at(-10, 40)], [...wires].reverse())).toEqual([
      ['kafka1', 'zoo2'],
      ['kafka1', 'zoo1'],
    ])
  })
  test('beside a wire, or along it, meets nothing', () => {
    expect(crossed([at(-10, 0), at(-10, 100)], wires)).toEqual([])
    expect(crossed([at(0, 20), at(0, 80)], wires)).toEqual([])
    expect(crossed([at(5, 5)], wires)).toEqual([])
    expect(segmentsCross(at(0, 0), at(10, 0), at(20, -5), at(20, 5))).toBe(false)
  })
})

describe('what a hand does', () => {
  const pairs: Pair[] = [
    ['zoo1', 'kafka1'],
    ['kafka1', 'zoo2'],
  ]
  test('whole wires are cut, and only those', () => {
    expect(deedFor(pairs, () => false)).toMatchObject({ verb: 'cut', command: 'link cut kafka1 zoo1; link cut kafka1 zoo2' })
    expect(deedFor(pairs, ([a]) => a === 'zoo1')).toMatchObject({ verb: 'cut', command: 'link cut kafka1 zoo2' })
  })
  test('where all are cut they are mended', () => {
    expect(deedFor(pairs, () => true)).toMatchObject({ verb: 'heal', command: 'link heal kafka1 zoo1; link heal kafka1 zoo2' })
    expect(deedFor([], () => true)).toBeUndefined()
  })
  test('a point is on the machine whose box it is in', () => {
    const machines = [
      ['zoo1', { x: 0, y: 0, width: 10, height: 10 }],
      ['zoo2', { x: 20, y: 0, width: 10, height: 10 }],
    ] as const
    expect(machineAt(at(25, 5), machines)).toBe('zoo2')
    expect(machineAt(at(15, 5), machines)).toBeUndefined()
  })
})
