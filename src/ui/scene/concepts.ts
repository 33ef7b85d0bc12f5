// What a message is about: its concept gives a packet its colour, its sign gives it a shape, so that neither is needed to tell packets apart.

import type { Message } from '../../sim/index.ts'
import { loadOf } from './load.ts'

/** One colour each, the same everywhere in the page. */
export type Concept = 'zookeeper' | 'controller' | 'partition' | 'log' | 'group' | 'client' | 'fault'

/** Circle: ZooKeeper clients; diamond: between ZooKeeper servers; square: the controller's; triangle: records; pentagon: groups; bar: everything else. */
export type Sign = 'circle' | 'diamond' | 'square' | 'triangle' | 'pentagon' | 'bar'

export interface Meaning {
  readonly concept: Concept
  readonly sign: Sign
  /** Answers are drawn hollow. */
  readonly answer: boolean
  /** Happens by the clock and says nothing new: pings, empty fetches. */
  readonly chatter: boolean
  /** Records that it carries. */
  readonly records: number
  /** What it is called on the wire, short: `create /controller`. */
  readonly label: string
}

const CONTROLLER = ['LeaderAndIsr', 'UpdateMetadata', 'StopReplica', 'ControlledShutdown', 'ElectPreferredLeaders']
const RECORDS = [
  'Produce',
  'Fetch',
  'ListOffsets',
  'OffsetForLeaderEpoch',
  'DeleteRecords',
  'AddPartitionsToTxn',
  'EndTxn',
  'InitProducerId',
  'WriteTxnMarkers',
]
const GROUPS = [
  'JoinGroup',
  'SyncGroup',
  'Heartbeat',
  'LeaveGroup',
  'OffsetCommit',
  'OffsetFetch',
  'FindCoordinator',
  'DescribeGroups',
  'ListGroups',
  'DeleteGroups',
]

/** The last parts of a path, for a label. */
function tail(path: string, most = 22): string {
  if (path.length <= most) return path
  const parts = path.split('/')
  let result = parts.pop() ?? ''
  while (parts.length > 1 && result.length + parts.at(-1)!.length + 1 < most) result = `${parts.pop()}/${result}`
  return `…/${result}`
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

function zookeeperMeaning(message: Message): Meaning {
  const fields = message as unknown as Readonly<Record<string, unknown>>
  const request = fields.request as Readonly<Record<string, unknown>> | undefined
  const answer = message.kind === 'reply' || message.kind === 'connected' || message.kind === 'watch'
  const op = message.kind === 'reply' ? (text(fields.of) ?? 'reply') : message.kind
  const path = text(request?.path) ?? (message.kind === 'watch' ? text(fields.path) : undefined)
  const name = message.kind === 'watch' ? (text(fields.type) ?? 'watch') : op
  return {
    concept: 'zookeeper',
    sign: 'circle',
    answer,
    chatter: op === 'ping',
    records: 0,
    label: path === undefined ? name : `${name} ${tail(path)}`,
  }
}

/** What a request is about: ` playground-0`, ` ×4`; empty where that is not known at once. */
function about(message: Message): string {
  const { body } = message as unknown as { body?: { topicStates?: unknown; partitions?: unknown } }
  const states = body?.topicStates ?? (message.kind === 'StopReplica' ? body?.partitions : undefined)
  if (!Array.isArray(states)) return ''
  const numbers = (states as readonly TopicStates[]).flatMap(({ topic, partitionStates, partitionIds }) => [
    ...(partitionStates ?? []).map((state) => `${topic}-${state.partition}`),
    ...(partitionIds ?? []).map((id) => `${topic}-${id}`),
  ])
  return numbers.length === 0 ? '' : numbers.length === 1 ? ` ${numbers[0]}` : ` ×${numbers.length}`
}
interface TopicStates {
  readonly topic: string
  readonly partitionStates?: readonly { readonly partition: number }[]
  readonly partitionIds?: readonly number[]
}

function kafkaMeaning(message: Message): Meaning {
  const api = message.kind
  const answer = (message as unknown as { isRequest?: boolean }).isRequest === false
  const base = { answer, chatter: false, records: 0, label: answer ? api : api + about(message) }
  const load = loadOf(message)
  if (load !== undefined) {
    const { records, parts } = load
    const where = parts.length === 1 ? `${parts[0]!.topic}-${parts[0]!.partition}` : `×${parts.length}`
    const label = `${api} ${where}: ${records} record${records === 1 ? '' : 's'}`
    return { ...base, concept: 'log', sign: 'triangle', records, label }
  }
  if (CONTROLLER.includes(api)) return { ...base, concept: 'controller', sign: 'square' }
  if (GROUPS.includes(api)) return { ...base, concept: 'group', sign: 'pentagon', chatter: api === 'Heartbeat' }
  if (api === 'Produce') return { ...base, concept: 'log', sign: 'triangle' }
  if (RECORDS.includes(api)) return { ...base, concept: 'partition', sign: 'triangle', chatter: api === 'Fetch' }
  return { ...base, concept: 'client', sign: 'bar' }
}

/** `PROPOSAL closeSession`: what a packet of the quorum is about, where it is about something. */
function quorumMeaning(message: Message): Meaning {
  const fields = message as unknown as { txn?: { body?: { op?: unknown } }; request?: { op?: unknown } }
  const about = text(fields.txn?.body?.op) ?? text(fields.request?.op)
  const label = about === undefined ? message.kind : `${message.kind} ${about}`
  return { concept: 'zookeeper', sign: 'diamond', answer: false, chatter: message.kind === 'PING', records: 0, label }
}

/** A four-letter word, or the first word of its answer. */
function wordMeaning(message: Message): Meaning {
  const words = text((message as unknown as { text?: unknown }).text)?.trim() ?? ''
  const answer = words.length > 4
  return {
    concept: 'zookeeper',
    sign: 'bar',
    answer,
    chatter: false,
    records: 0,
    label: answer ? `${words.split(/\s/)[0]!.slice(0, 12)}…` : words,
  }
}

/** What a message means to a reader of the stage. Unknown protocols are shown by their own names. */
export function meaningOf(message: Message): Meaning {
  switch (message.proto) {
    case 'zk':
      return zookeeperMeaning(message)
    case 'quorum':
      return quorumMeaning(message)
    case 'text':
      return wordMeaning(message)
    case 'elect':
      return {
        concept: 'zookeeper',
        sign: 'diamond',
        answer: true,
        chatter: false,
        records: 0,
        label: message.kind === 'notification' ? voteLabel(message) : message.kind,
      }
    case 'kafka':
      return kafkaMeaning(message)
    default:
      return { concept: 'client', sign: 'bar', answer: false, chatter: false, records: 0, label: message.kind }
  }
}

/** `vote 3`: a notification of the election by whom it names. */
function voteLabel(message: Message): string {
  const leader = (message as unknown as Readonly<Record<string, unknown>>).leader
  return typeof leader === 'number' ? `vote ${leader}` : 'vote'
}
