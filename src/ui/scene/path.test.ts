import { expect, test } from 'vitest'
import { arc, partOf, pointAt, straight, uprightThrough } from './path.ts'

test('a straight path is walked evenly', () => {
  const path = straight({ x: 0, y: 0 }, { x: 100, y: 0 })
  expect(path.length).toBe(100)
  expect(pointAt(path, 0.25)).toEqual({ x: 25, y: 0 })
  expect(pointAt(path, -1)).toEqual({ x: 0, y: 0 })
  expect(pointAt(path, 2)).toEqual({ x: 100, y: 0 })
})

test('an upright path is straight where its ends stand above each other, and leaves upright elsewhere', () => {
  expect(uprightThrough({ x: 5, y: 0 }, { x: 5, y: 80 }).d).toBe('M5,0L5,80')
  const bent = uprightThrough({ x: 0, y: 0 }, { x: 60, y: 80 })
  expect(bent.d).toBe('M0,0C0,40 60,40 60,80')
  const soon = pointAt(bent, 0.02)
  expect(soon.x).toBeLessThan(soon.y / 4)
  const half = pointAt(bent, 0.5)
  expect(half.x).toBeCloseTo(30, 1)
  expect(half.y).toBeCloseTo(40, 1)
})

test('the same fraction is the same place, and fractions grow along the way', () => {
  const path = uprightThrough({ x: 0, y: 0 }, { x: 60, y: 80 }, { x: 60, y: 140 }, { x: 10, y: 200 })
  let last = -1
  for (let i = 0; i <= 50; i++) {
    const { y } = pointAt(path, i / 50)
    expect(y).toBeGreaterThan(last)
    last = y
  }
})

test('an arc bulges as far as it is told', () => {
  const path = arc({ x: 0, y: 50 }, { x: 200, y: 50 }, -15)
  expect(Math.min(...path.points.map((point) => point.y))).toBeCloseTo(35, 5)
})

test('a part of a path begins and ends at its fractions; an empty part is empty', () => {
  const path = straight({ x: 0, y: 0 }, { x: 100, y: 0 })
  expect(partOf(path, 0.2, 0.6)).toBe('M20,0L60,0')
  expect(partOf(path, 0.6, 0.6)).toBe('')
  expect(partOf(path, -3, 9)).toBe('M0,0L100,0')
})
