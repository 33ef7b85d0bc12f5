import { expect, test } from 'vitest'
import { layOut, type Box, type LayoutInput, type Size } from './layout.ts'
import { Routes } from './routes.ts'

const hosts = (servers: number, brokers: number, tools: readonly string[] = []): LayoutInput => ({
  servers: Array.from({ length: servers }, (_, i) => `zoo${i + 1}`),
  brokers: Array.from({ length: brokers }, (_, i) => `kafka${i + 1}`),
  clients: ['client'],
  tools: [{ host: 'client', nodes: tools }],
})

const overlap = (a: Box, b: Box) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
const SIZES: readonly Size[] = [
  { width: 1036, height: 542 },
  { width: 684, height: 430 },
  { width: 390, height: 292 },
  { width: 320, height: 240 },
]

test.each([
  [1, 2],
  [3, 2],
  [3, 3],
  [5, 4],
  [3, 10],
])('%i ZooKeepers and %i brokers stand apart and within the stage at every size', (servers, brokers) => {
  for (const size of SIZES) {
    const layout = layOut(hosts(servers, brokers), size)
    const boxes = [...layout.places.values()]
    expect(boxes).toHaveLength(servers + brokers + 1)
    boxes.forEach((a, i) => {
      expect(a.x).toBeGreaterThanOrEqual(0)
      expect(a.x + a.width).toBeLessThanOrEqual(layout.width)
      expect(a.y + a.height).toBeLessThanOrEqual(layout.height)
      for (const b of boxes.slice(i + 1)) expect(overlap(a, b)).toBe(false)
    })
  }
})

test('the stage of the playground needs no scrolling at the sizes the page gives it', () => {
  for (const size of SIZES.slice(0, 3)) expect(layOut(hosts(3, 2), size).height).toBe(size.height)
})

test('a tool that starts or ends moves no machine', () => {
  const before = layOut(hosts(3, 2), SIZES[0]!)
  const after = layOut(hosts(3, 2, ['tool:7', 'tool:9']), SIZES[0]!)
  for (const [node, place] of before.places) expect(after.places.get(node)).toEqual(place)
  const [first, second] = [after.places.get('tool:7')!, after.places.get('tool:9')!]
  expect(overlap(first, second)).toBe(false)
  expect(overlap(first, after.groups.get('client')!)).toBe(true)
})

test('tools that find no room are counted', () => {
  const nodes = Array.from({ length: 9 }, (_, i) => `tool:${i}`)
  const layout = layOut(hosts(3, 2, nodes), { width: 390, height: 320 })
  const placed = nodes.filter((node) => layout.places.has(node)).length
  expect(placed).toBeGreaterThan(0)
  expect(layout.hidden.get('client')).toBe(9 - placed)
})

test('a way is one thing, whichever end asks for it, and runs downwards', () => {
  const layout = layOut(hosts(3, 2, ['tool:7']), SIZES[0]!)
  const routes = new Routes(layout)
  const way = routes.between('kafka1', 'zoo1')!
  expect(routes.between('zoo1', 'kafka1')).toBe(way)
  expect(way.start).toBe('zoo1')
  const [from, to] = [way.path.points[0]!, way.path.points.at(-1)!]
  const [zoo, kafka] = [layout.places.get('zoo1')!, layout.places.get('kafka1')!]
  expect(from.y).toBe(zoo.y + zoo.height)
  expect(to.y).toBe(kafka.y)
  expect(to.x).toBeGreaterThan(kafka.x)
  expect(to.x).toBeLessThan(kafka.x + kafka.width)
  expect(routes.between('zoo1', 'nobody')).toBeUndefined()
})

test('where two boxes stand above each other the wire between them is straight', () => {
  const layout = layOut(hosts(3, 3), SIZES[0]!)
  const { path } = new Routes(layout).between('zoo2', 'kafka2')!
  expect(new Set(path.points.map((point) => Math.round(point.x))).size).toBe(1)
})

test('no way crosses a broker that it does not end at', () => {
  for (const brokers of [2, 3, 6, 10]) {
    const layout = layOut(hosts(3, brokers, ['tool:7']), SIZES[0]!)
    const routes = new Routes(layout)
    for (const zoo of ['zoo1', 'zoo2', 'zoo3']) {
      for (const end of [...layout.places.keys()].filter((node) => node.startsWith('kafka') || node.startsWith('tool'))) {
        const { path } = routes.between(zoo, end)!
        for (const [node, place] of layout.places) {
          if (place.kind !== 'broker' || node === end) continue
          const inside = path.points.filter(
            (p) => p.x > place.x + 1 && p.x < place.x + place.width - 1 && p.y > place.y + 1 && p.y < place.y + place.height - 1,
          )
          expect(`${zoo}-${end} through ${node}: ${inside.length}`).toBe(`${zoo}-${end} through ${node}: 0`)
        }
      }
    }
  }
})
