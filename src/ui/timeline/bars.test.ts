import { expect, test } from 'vitest'
import { seconds, us, type TraceEntry } from '../../sim/index.ts'
import { BarMaker, type BarRow } from './bars.ts'

const root = { root: 'scenario', action: -1, label: '', at: us(0) } as const
const text = (row: BarRow): string =>
  `${row.label}: ${row.bars.map((b) => `${b.from / 1e6}-${b.to === undefined ? '' : b.to / 1e6} ${b.form} ${b.label}`).join(' | ')}`

function bars(...entries: (readonly [number, string, string, string, TraceEntry['fields']?])[]): BarMaker {
  const maker = new BarMaker()
  entries.forEach(([at, code, subject, host, fields = {}], id) =>
    maker.add({ id, at: seconds(at), code, subject, fields, host, pid: 0, cause: root, silence: undefined }),
  )
  return maker
}

test('a kill leaves the session and the office behind, until the session expires', () => {
  const maker = bars(
    [1, 'container.started', 'kafka2', 'kafka2'],
    [2, 'session.created', '0x1', 'zoo2', { client: 'kafka2' }],
    [3, 'controller.elected', 'broker 2', 'kafka2', { epoch: 1 }],
    [31, 'container.ended', 'kafka2', 'kafka2'],
    [37, 'session.expired', '0x1', 'zoo2'],
    [37.1, 'znode.deleted', '/kafka/controller', 'zoo2'],
    [37.2, 'controller.elected', 'broker 1', 'kafka1', { epoch: 2 }],
  )
  expect([...maker.rows, maker.controller].map(text)).toEqual([
    'kafka2, process: 1-31 held runs',
    'kafka2, session: 2-31 held 0x1 | 31-37 alone 0x1',
    'controller: 3-31 held kafka2, epoch 1 | 31-37.1 alone none; /controller still names kafka2 | 37.2- held kafka1, epoch 2',
  ])
})

test('a pause is part of the process’s life; a lost connection is not the session’s end', () => {
  const maker = bars(
    [1, 'container.started', 'kafka1', 'kafka1'],
    [2, 'session.created', '0x7', 'zoo2', { client: 'kafka1' }],
    [5, 'container.paused', 'kafka1', 'kafka1'],
    [6, 'container.unpaused', 'kafka1', 'kafka1'],
    [8, 'client.disconnected', '0x7', 'kafka1'],
    [9, 'client.connected', '0x7', 'kafka1'],
    [10, 'zk.leading', 'zoo2', 'zoo2', { epoch: 3 }],
    [12, 'zk.looking', 'zoo2', 'zoo2'],
  )
  expect([...maker.rows, maker.leader].map(text)).toEqual([
    'kafka1, process: 1-5 held runs | 5-6 paused paused | 6- held runs',
    'kafka1, session: 2-5 held 0x7 | 5-6 alone 0x7 | 6-8 held 0x7 | 8-9 alone 0x7 | 9- held 0x7',
    'zookeeper: 10-12 held zoo2 leads, epoch 3',
  ])
})
