// What each trace entry is called: its lane on the timeline, its sign, how much it matters, and a sentence. The one table; the inspector's "why" speaks from it too.

import type { List, TraceEntry } from '../../sim/index.ts'
import type { Concept } from '../scene/index.ts'

export type LaneName = 'you' | 'machines' | 'zookeeper' | 'sessions' | 'controller' | 'brokers' | 'partitions' | 'isr'

/** A shape for each kind of change, so that colour is never the only sign. */
export type MarkSign = 'dot' | 'diamond' | 'cross' | 'ring' | 'square' | 'triangle'

/** 0: chatter, on no lane; 1: on its lane; 2: significant, keys jump to it and directed play slows; 3: what one came to see. */
export type Weight = 0 | 1 | 2 | 3

interface Saying {
  readonly lane: LaneName
  readonly concept: Concept
  readonly sign: MarkSign
  readonly weight: Weight | ((f: Fields) => Weight)
  say(f: Fields): string
}

/** An entry's fields with its subject and host at hand, as texts. */
class Fields {
  constructor(
    readonly entry: TraceEntry,
    readonly trace?: List<TraceEntry>,
  ) {}
  get subject(): string {
    return this.entry.subject
  }
  get host(): string {
    return this.entry.host
  }
  /** A field as text; empty when it is not there. */
  of(name: string): string {
    const value = this.entry.fields[name]
    if (value === undefined || value === null) return ''
    return Array.isArray(value) ? value.join(', ') : String(value as string | number | boolean)
  }
  /** ` words value` when the field is there. */
  also(name: string, words: string, unit = ''): string {
    const value = this.of(name)
    return value === '' ? '' : `${words}${value}${unit}`
  }
  has(name: string): boolean {
    return this.of(name) !== '' && this.of(name) !== 'false' && this.of(name) !== '0'
  }
  seconds(name: string): string {
    const ms = Number(this.of(name))
    return ms >= 1000 ? `${Number((ms / 1000).toFixed(1))} s` : `${ms} ms`
  }
  /** A session's id as ZooKeeper prints it. */
  get session(): string {
    const id = this.of('session') || this.of('sessionId') || this.subject
    return id.startsWith('0x') ? id : `0x${id}`
  }
  /** `4 partitions`. */
  count(name: string, one: string): string {
    return `${this.of(name)} ${one}${this.of(name) === '1' ? '' : 's'}`
  }
  /** ` of kafka2`, when it is known whose session it is. */
  get owner(): string {
    const owner = this.of('client') || this.entry.silence?.from || sessionOwner(this.entry, this.trace)
    return owner === '' ? '' : ` of ${owner}`
  }
}

type Weighing = Saying['weight']
const on =
  (lane: LaneName, concept: Concept) =>
  (weight: Weighing, sign: MarkSign, say: Saying['say']): Saying => ({ lane, concept, sign, weight, say })
const machines = on('machines', 'client')
const zookeeper = on('zookeeper', 'zookeeper')
const sessions = on('sessions', 'zookeeper')
const controller = on('controller', 'controller')
const brokers = on('brokers', 'partition')
const partitions = on('partitions', 'partition')
const isr = on('isr', 'partition')
const fault = (saying: Saying): Saying => ({ ...saying, concept: 'fault', sign: 'cross' })

/** The znodes on which the cluster turns matter more than the rest of the tree. */
const znodeWeight = (f: Fields): Weight => (/\/(controller|brokers\/ids\/\d+)$/.test(f.subject) ? 2 : 1)

/** Why a segment was deleted. */
const REASONS: Readonly<Record<string, (f: Fields) => string>> = {
  time: (f) => `its youngest record was ${f.seconds('ageMs')} old, and retention.ms is ${f.seconds('limit')}`,
  size: (f) => `without it the log is still as large as retention.bytes, ${f.of('limit')}`,
  'log start': (f) => `the log begins after it, at offset ${f.of('limit')}`,
}

/** How far back the beginning of a session is looked for. */
const LOOK_BACK = 20_000

/** The host a session belongs to, as its creation said; empty when that is not in the trace. */
function sessionOwner(entry: TraceEntry, trace: List<TraceEntry> | undefined): string {
  if (!trace) return ''
  const from = Math.min(entry.id, trace.end - 1)
  for (let i = from; i >= Math.max(trace.start, from - LOOK_BACK); i--) {
    const other = trace.at(i)!
    if (other.subject === entry.subject && other.code === 'session.created') return String(other.fields.client ?? '')
  }
  return ''
}

function link(f: Fields): string {
  const [a = '', b = ''] = f.subject.split(' ')
  const between = `the link between ${a} and ${b}`
  if (f.has('cut')) return `${capital(between)} is cut`
  const slow = Number(f.of('slow'))
  const loss = Number(f.of('lossPerMille'))
  if (slow > 1 && loss > 0) return `${capital(between)} is ${slow} times slower and loses ${loss / 10} % of packets`
  if (slow > 1) return `${capital(between)} is ${slow} times slower`
  if (loss > 0) return `${capital(between)} loses ${loss / 10} % of packets`
  return `${capital(between)} is whole`
}

const KILO = 1024
function disk(f: Fields): string {
  const limit = Number(f.of('limit'))
  const state = f.of('state') === 'read-only' ? ['is read-only after an error'] : []
  if (limit >= 0) state.push(`holds ${limit / KILO} KB, ${Number(f.of('used')) / KILO} KB of which are in use`)
  return `The disk of ${f.subject} ${state.length > 0 ? state.join(' and ') : 'takes all that comes'}`
}

function ended(f: Fields): string {
  const signal = f.of('signal')
  if (signal === 'SIGKILL') return `${f.subject} was killed (SIGKILL)`
  if (signal !== '') return `${f.subject} ended by ${signal}, exit code ${f.of('code')}`
  return `${f.subject} ended with exit code ${f.of('code')}`
}

/** Elections that have a cause of their own. */
const STRATEGIES: Readonly<Record<string, string>> = {
  preferred: ' (preferred election)',
  controlledShutdown: ' (controlled shutdown)',
  reassign: ' (reassignment)',
}

/** The controller takes a broker out that is gone; a leader takes followers out that lag. */
function shrunk(f: Fields): string {
  const now = `${f.subject}: ISR [${f.of('isr')}]`
  if (f.of('broker') !== '') return `${now}, shrunk by its leader, broker ${f.of('broker')}, for followers that lagged`
  return `${now}${Number(f.of('leader')) < 0 ? ' and no leader' : ''}, without broker ${f.of('without')}`
}

const SAYINGS: Readonly<Record<string, Saying>> = {
  'container.started': machines(2, 'dot', (f) => `${f.subject} started`),
  'container.ended': fault(machines(2, 'cross', ended)),
  'container.stopping': machines(2, 'ring', (f) => `${f.subject} is being stopped: SIGTERM now, SIGKILL ten seconds later`),
  'container.signalled': machines(1, 'ring', (f) => `${f.subject} got ${f.of('signal')}`),
  'host.power-lost': fault(machines(2, 'cross', (f) => `${f.subject} lost its power: what its disk had not yet got is gone`)),
  'disk.changed': machines(2, 'square', disk),
  'container.paused': fault(machines(2, 'cross', (f) => `${f.subject} was paused`)),
  'container.unpaused': machines(2, 'dot', (f) => `${f.subject} goes on`),
  'link.changed': machines(2, 'square', link),

  'zk.started': zookeeper(1, 'dot', (f) => `${f.host} has read its disk and is up, last zxid ${f.of('zxid')}`),
  'zk.looking': zookeeper(2, 'ring', (f) => `${f.host} looks for a leader, round ${f.of('round')}`),
  'zk.leading': zookeeper(3, 'diamond', (f) => `${f.host} leads, epoch ${f.of('epoch')}`),
  'zk.following': zookeeper(1, 'dot', (f) => `${f.host} follows ${f.of('leader')}, epoch ${f.of('epoch')}`),
  'zk.quorum-lost': fault(zookeeper(3, 'cross', (f) => `${f.host} (leader) has no quorum any more and gives up`)),
  'zk.leader-silent': zookeeper(1, 'ring', (f) => `${f.host} heard nothing from its leader ${f.subject} for too long and leaves it`),
  'zk.follower-silent': zookeeper(1, 'ring', (f) => `${f.host} (leader) heard nothing from ${f.subject} for too long and lets it go`),
  'znode.created': zookeeper(znodeWeight, 'dot', (f) => `${f.subject} was created${f.has('ephemeral') ? `, ephemeral` : ''}`),
  'znode.changed': zookeeper(1, 'square', (f) => `${f.subject} was set${f.also('version', ', version ')}`),
  'znode.deleted': zookeeper(znodeWeight, 'ring', (f) => `${f.subject} was deleted`),

  'session.created': sessions(1, 'dot', (f) => `Session ${f.session}${f.owner} was created${f.also('timeoutMs', ', time-out ', ' ms')}`),
  'session.moved': sessions(1, 'diamond', (f) => `Session ${f.session}${f.owner} moved from ${f.of('from')} to ${f.of('to')}`),
  'session.closed': sessions(1, 'ring', (f) => `Session ${f.session}${f.owner} was closed`),
  'session.expired': fault(sessions(3, 'cross', (f) => `${f.host} (leader) expired session ${f.session}${f.owner}`)),
  'client.connected': sessions(1, 'dot', (f) => `${f.host} has session ${f.session} at ${f.of('server')}`),
  'client.disconnected': sessions(1, 'ring', (f) => `${f.host} lost its connection to ${f.of('server')}; the session lives on`),
  'client.timeout': sessions(
    2,
    'ring',
    (f) => `${f.host} heard nothing from ${f.of('server')} for ${f.seconds('silentMs')} and gives the connection up`,
  ),
  'client.expired': fault(sessions(2, 'cross', (f) => `${f.host} learns that its session ${f.session} has expired`)),
  'client.left': sessions(1, 'ring', (f) => `A program on ${f.host} ended and left session ${f.session} to expire`),
  'client.closed': sessions(1, 'ring', (f) => `${f.host} closed its session ${f.session}`),

  'controller.elected': controller(3, 'diamond', (f) => `${f.host} became controller, epoch ${f.of('epoch')}`),
  'controller.resigned': controller(2, 'ring', (f) => `${f.host} is no longer controller`),
  'broker.registered': brokers(2, 'diamond', (f) => `${f.host} registered as ${f.subject}`),
  'broker.started': brokers(2, 'dot', (f) => `${f.host} is up and serves, as ${f.subject}`),
  'broker.starting': brokers(1, 'dot', (f) => `${f.host} starts, as ${f.subject}`),
  'broker.expired': fault(brokers(2, 'cross', (f) => `${f.host} learned that its session expired and registers anew`)),
  'broker.leaving': brokers(2, 'ring', (f) => `${f.host} (${f.subject}) shuts down in an orderly way`),
  'log-dir.failed': fault(
    brokers(
      3,
      'cross',
      (f) => `${f.host} (${f.subject}): its disk refused a write (${f.of('error')}), so ${f.of('dir')} is offline, its last log directory`,
    ),
  ),
  'broker.stopped': brokers(2, 'ring', (f) => `${f.host} (${f.subject}) stopped with exit code ${f.of('exitCode')}`),
  'broker.joined': brokers(1, 'dot', (f) => `The controller, ${f.host}, learned that ${f.subject} is there`),
  'broker.failed': fault(brokers(2, 'cross', (f) => `The controller, ${f.host}, learned that ${f.subject} is gone`)),
  'metadata.updated': brokers(0, 'dot', (f) => `${f.host} was told the cluster's metadata by the controller, broker ${f.of('controller')}`),
  'config.changed': brokers(
    1,
    'square',
    (f) => `${f.host} took over the configuration of ${f.subject}: ${f.of('config') || 'the default'}`,
  ),

  'producer-id-block.taken': brokers(0, 'dot', (f) => `${f.host} took producer ids ${f.of('start')} to ${f.of('end')}`),

  'topic.created': partitions(2, 'dot', (f) => `Topic ${f.subject} was created with ${f.count('partitions', 'partition')}`),
  'topic.grown': partitions(1, 'dot', (f) => `Topic ${f.subject} has ${f.count('partitions', 'partition')} more`),
  'topic.deleted': partitions(2, 'ring', (f) => `Topic ${f.subject} was deleted`),
  'leader.elected': partitions(
    2,
    'diamond',
    (f) =>
      `${f.subject}: leader ${f.of('leader')}, leader epoch ${f.of('leaderEpoch')}, ISR [${f.of('isr')}]${STRATEGIES[f.of('strategy')] ?? ''}`,
  ),
  'leader.unclean': fault(
    partitions(
      3,
      'cross',
      (f) => `${f.subject}: unclean leader ${f.of('leader')}, leader epoch ${f.of('leaderEpoch')}; records may be lost`,
    ),
  ),
  'isr.shrunk': isr(1, 'ring', shrunk),
  'isr.expanded': isr(1, 'dot', (f) => `${f.subject}: ISR [${f.of('isr')}] again, said its leader, broker ${f.of('broker')}`),
  'replica.leads': partitions(1, 'diamond', (f) => `Broker ${f.of('broker')} leads ${f.subject}, leader epoch ${f.of('leaderEpoch')}`),
  'replica.follows': partitions(1, 'dot', (f) => `Broker ${f.of('broker')} follows broker ${f.of('leader')} for ${f.subject}`),
  'log.created': partitions(0, 'dot', (f) => `Broker ${f.of('broker')} made a log for ${f.subject}`),
  'log.truncated': fault(
    partitions(2, 'cross', (f) => `Broker ${f.of('broker')} cut its log of ${f.subject} back from offset ${f.of('from')} to ${f.of('to')}`),
  ),
  'segment.rolled': partitions(1, 'dot', (f) => `Broker ${f.of('broker')} began a segment of ${f.subject} at offset ${f.of('baseOffset')}`),
  'segment.deleted': partitions(
    1,
    'ring',
    (f) =>
      `Broker ${f.of('broker')} let the segment of ${f.subject} at ${f.of('baseOffset')} go: ${REASONS[f.of('reason')]?.(f) ?? f.of('reason')}`,
  ),
  'log.compacted': partitions(
    1,
    'ring',
    (f) => `Broker ${f.of('broker')} compacted ${f.subject} up to offset ${f.of('to')}: ${f.of('kept')} of ${f.of('read')} records stay`,
  ),
  'records.deleted': partitions(1, 'ring', (f) => `${f.subject} begins at offset ${f.of('to')} now, on broker ${f.of('broker')}`),
  'consumer.out-of-range': partitions(
    1,
    'ring',
    (f) => `A consumer on ${f.host} finds no offset ${f.of('offset')} in ${f.subject} and begins at its ${f.of('resetTo')} one`,
  ),
  'consumer.truncated': fault(
    partitions(
      2,
      'cross',
      (f) => `A consumer on ${f.host} learns that ${f.subject} was cut back from ${f.of('from')} to ${f.of('to')} and goes back`,
    ),
  ),
  'log.deleted': partitions(1, 'ring', (f) => `Broker ${f.of('broker')} will delete its log of ${f.subject}`),
  'partition.offline': fault(partitions(2, 'cross', (f) => `${f.subject} has no leader`)),
  'partition.reassigned': partitions(1, 'square', (f) => `${f.subject} is on brokers [${f.of('replicas')}] now`),
}

/** By the code's first word, for codes without a saying of their own. */
const FAMILIES: Readonly<Record<string, Saying>> = {
  container: machines(1, 'dot', generic),
  link: machines(1, 'square', generic),
  zk: zookeeper(1, 'dot', generic),
  znode: zookeeper(1, 'dot', generic),
  client: sessions(1, 'dot', generic),
  session: sessions(1, 'dot', generic),
  controller: controller(1, 'dot', generic),
  broker: brokers(1, 'dot', generic),
  topic: partitions(1, 'dot', generic),
  partition: partitions(1, 'dot', generic),
  leader: partitions(1, 'dot', generic),
  isr: isr(1, 'dot', generic),
}
const OTHER = brokers(0, 'dot', generic)

/** `controller.elected kafka1 (epoch 2)`: for a code that nobody has put into words. */
function generic(f: Fields): string {
  const fields = Object.keys(f.entry.fields).map((name) => `${name} ${f.of(name)}`)
  return `${f.host === '' || f.host === f.subject ? '' : `${f.host}: `}${f.entry.code.replace('.', ' ')} ${f.subject}${fields.length > 0 ? ` (${fields.join(', ')})` : ''}`
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}

const sayingOf = (entry: TraceEntry): Saying => SAYINGS[entry.code] ?? FAMILIES[entry.code.slice(0, entry.code.indexOf('.'))] ?? OTHER

/** A sentence for an entry, without its time and without a full stop: `zoo2 (leader) expired session 0x100... of kafka2`. The trace it is in tells whose a session was. */
export const say = (entry: TraceEntry, trace?: List<TraceEntry>): string => sayingOf(entry).say(new Fields(entry, trace))

export function weightOf(entry: TraceEntry): Weight {
  const { weight } = sayingOf(entry)
  return typeof weight === 'number' ? weight : weight(new Fields(entry))
}

/** How an entry is marked on the timeline. */
export function markOf(entry: TraceEntry): {
  readonly lane: LaneName
  readonly concept: Concept
  readonly sign: MarkSign
  readonly weight: Weight
} {
  const { lane, concept, sign } = sayingOf(entry)
  return { lane, concept, sign, weight: weightOf(entry) }
}
/** Codes that have words of their own (a test holds them against what the simulation notes). */
export const knownCodes: readonly string[] = Object.keys(SAYINGS)
