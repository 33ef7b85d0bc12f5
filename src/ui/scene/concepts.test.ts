import { expect, test } from 'vitest'
import { meaningOf } from './concepts.ts'

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
  [{ proto: 'kafka', kind: 'Fetch', api: 1, isRequest: false }, 'Fetch: partition triangle, answer, chatter'],
  [{ proto: 'kafka', kind: 'Metadata', api: 3, isRequest: true }, 'Metadata: client bar'],
  [{ proto: 'text', kind: 'text', text: 'srvr\n' }, 'srvr: zookeeper bar'],
  [{ proto: 'text', kind: 'text', text: 'Zookeeper version: 3.5.5' }, 'Zookeeper…: zookeeper bar, answer'],
])('%j', (message, words) => expect(say(message)).toBe(words))
