import { expect, test } from 'vitest'
import { Bytes, type Message } from '../../sim/index.ts'
import { meaningOf } from './concepts.ts'
import { loadOf } from './load.ts'

const say = (message: object) => {
  const { concept, sign, answer, chatter, label } = meaningOf(message as Parameters<typeof meaningOf>[0])
  return `${label}: ${concept} ${sign}${answer ? ', answer' : ''}${chatter ? ', chatter' : ''}`
}

test.each([
  [{ proto: 'zk', kind: 'ping', request: { op: 'ping' } }, 'ping: zookeeper circle, chatter'],
  [{ proto: 'zk', kind: 'reply', of: 'ping' }, 'ping: zookeeper circle, answer, chatter'],
  [{ proto: 'zk', kind: 'create', request: { op: 'create', path: '/kafka/controller' } }, 'create /kafka/controller: zookeeper circle'],
  [
    { proto: 'zk', kind: 'getData', request: { op: 'getData', path: '/kafka/brokers/topics/playground/partitions/0/state' } },
    'getData …/partitions/0/state: zookeeper circle',
  ],
  [
    { proto: 'zk', kind: 'watch', type: 'NodeDeleted', path: '/kafka/controller' },
    'NodeDeleted /kafka/controller: zookeeper circle, answer',
  ],
  [{ proto: 'quorum', kind: 'PROPOSAL', txn: { body: { op: 'closeSession' } } }, 'PROPOSAL closeSession: zookeeper diamond'],
  [{ proto: 'quorum', kind: 'PING', touched: [] }, 'PING: zookeeper diamond, chatter'],
  [{ proto: 'elect', kind: 'notification', leader: 3 }, 'vote 3: zookeeper diamond, answer'],
  [{ proto: 'kafka', kind: 'LeaderAndIsr', api: 4, isRequest: true }, 'LeaderAndIsr: controller square'],
  [{ proto: 'kafka', kind: 'Fetch', api: 1, isRequest: false, body: {} }, 'Fetch: partition triangle, answer, chatter'],
  [{ proto: 'kafka', kind: 'Metadata', api: 3, isRequest: true }, 'Metadata: client bar'],
  [{ proto: 'text', kind: 'text', text: 'srvr\n' }, 'srvr: zookeeper bar'],
  [{ proto: 'text', kind: 'text', text: 'Zookeeper version: 3.5.5' }, 'Zookeeper…: zookeeper bar, answer'],
])('%j', (message, words) => expect(say(message)).toBe(words))

const batch = (records: number, baseOffset = 0) => {
  const data = new Uint8Array(61)
  const view = new DataView(data.buffer)
  view.setBigInt64(0, BigInt(baseOffset))
  view.setInt32(8, 49)
  view.setInt8(16, 2)
  view.setInt32(23, records - 1)
  view.setInt32(57, records)
  return data
}
const both = (...batches: Uint8Array[]) => batches.reduce((all, one) => all.append(one), Bytes.empty())

test.each([
  [
    'Produce',
    true,
    { topics: [{ topic: 't', partitions: [{ partition: 1, records: both(batch(12)) }] }] },
    'Produce t-1: 12 records: log triangle',
  ],
  [
    'Fetch',
    false,
    {
      responses: [
        {
          topic: 't',
          partitions: [
            { partition: 0, records: both(batch(1, 7)) },
            { partition: 1, records: both(batch(2), batch(3, 2)) },
          ],
        },
      ],
    },
    'Fetch ×2: 6 records: log triangle, answer',
  ],
  [
    'Fetch',
    false,
    { responses: [{ topic: 't', partitions: [{ partition: 0, records: Bytes.empty() }] }] },
    'Fetch: partition triangle, answer, chatter',
  ],
  ['Fetch', true, { topics: [{ topic: 't', partitions: [{ partition: 0, fetchOffset: 3 }] }] }, 'Fetch: partition triangle, chatter'],
])('%s, request %s: what carries records is told from what does not', (kind, isRequest, body, words) => {
  expect(say({ proto: 'kafka', kind, isRequest, body })).toBe(words)
})
test('offsets and bytes of what is carried', () => {
  const body = { responses: [{ topic: 't', partitions: [{ partition: 1, records: both(batch(2, 40), batch(3, 42)) }] }] }
  const load = loadOf({ proto: 'kafka', kind: 'Fetch', isRequest: false, body } as unknown as Message)!
  expect(load).toMatchObject({ records: 5, sizeInBytes: 122 })
  expect(load.parts[0]).toMatchObject({ batches: 2, firstOffset: 40, lastOffset: 44 })
})
