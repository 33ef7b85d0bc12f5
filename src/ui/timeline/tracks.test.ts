import { expect, test } from 'vitest'
import { History, scenarioNamed, seconds } from '../../sim/index.ts'
import { TimeScale } from './scale.ts'
import { firstOwnAction, forkLabel, lineage, tracks } from './tracks.ts'

function forked(): History {
  const history = new History(scenarioNamed('empty')!)
  history.act({ terminal: 'host', kind: '$', text: 'echo zero' })
  history.seek(seconds(3))
  history.act({ terminal: 'host', kind: '$', text: 'docker-compose stop kafka2' })
  history.seek(seconds(10))
  history.seek(seconds(2))
  history.act({ terminal: 'host', kind: '$', text: 'docker-compose kill kafka2' })
  history.seek(seconds(5))
  history.seek(seconds(4))
  history.act({ terminal: 'host', kind: '^', text: 'C' })
  return history
}

test('forks are named by their first own action', () => {
  const { forks } = forked()
  expect(forks.map((f) => forkLabel(forks, f.id))).toEqual([
    'A · docker-compose stop kafka2',
    'B · docker-compose kill kafka2',
    'C · Ctrl-C',
  ])
  expect(firstOwnAction(forks, 9)).toBeUndefined()
  expect(lineage(forks, 2)).toEqual([0, 1, 2])
})

test('tracks leave their parents where they were acted', () => {
  const { forks } = forked()
  const [a, b, c] = tracks(forks, 1, (id) => forks[id]!.tip.now, new TimeScale(0, seconds(10), 1000), 10)
  expect([a!.own, b!.own, c!.own]).toEqual([true, true, false])
  expect(b!.path).toMatch(/^M200,5C212,5 212,15 224,15H500$/)
  expect(a!.toX).toBe(1000)
  expect(c!.fromX).toBe(400)
})
