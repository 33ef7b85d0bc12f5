// What each trace entry is called: its lane on the timeline, its sign, how much it matters, and a sentence. The one table; the inspector's "why" speaks from it too.

import type { TraceEntry } from '../../sim/index.ts'
import type { Concept } from '../scene/index.ts'

export type LaneName = 'you' | 'zookeeper' | 'sessions' | 'controller' | 'brokers' | 'machines'

/** A shape for each kind of change, so that colour is never the only sign. */
export type MarkSign = 'dot' | 'diamond' | 'cross' | 'ring' | 'square' | 'triangle'

/** 0: chatter, on no lane; 1: on its lane; 2: significant, keys jump to it and directed play slows; 3: what one came to see. */
export type Weight = 0 | 1 | 2 | 3

interface Saying {
  readonly lane: LaneName
  readonly concept: Concept
  readonly sign: MarkSign
  readonly weight: Weight
  say(f: Fields): string
}

/** An entry's fields with its subject and host at hand, as texts. */
class Fields {
  constructor(readonly entry: TraceEntry) {}
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
  /** ` of kafka2`, when it is known whose session it is. */
  get owner(): string {
    const owner = this.of('owner') || this.of('client')
    return owner === '' ? '' : ` of ${owner}`
  }
}

const zookeeper = (weight: Weight, sign: MarkSign, say: Saying['say']): Saying => ({
  lane: 'zookeeper',
  concept: 'zookeeper',
  sign,
  weight,
  say,
})
const sessions = (weight: Weight, sign: MarkSign, say: Saying['say']): Saying => ({
  lane: 'sessions',
  concept: 'zookeeper',
  sign,
  weight,
  say,
})
const controller = (weight: Weight, sign: MarkSign, say: Saying['say']): Saying => ({
  lane: 'controller',
  concept: 'controller',
  sign,
  weight,
  say,
})
const brokers = (weight: Weight, sign: MarkSign, say: Saying['say']): Saying => ({
  lane: 'brokers',
  concept: 'partition',
  sign,
  weight,
  say,
})
const machines = (weight: Weight, sign: MarkSign, say: Saying['say']): Saying => ({
  lane: 'machines',
  concept: 'client',
  sign,
  weight,
  say,
})
const fault = (saying: Saying): Saying => ({ ...saying, concept: 'fault', sign: 'cross' })

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

function ended(f: Fields): string {
  const signal = f.of('signal')
  if (signal === 'SIGKILL') return `${f.subject} was killed (SIGKILL)`
  if (signal !== '') return `${f.subject} ended by ${signal}, exit code ${f.of('code')}`
  return `${f.subject} ended with exit code ${f.of('code')}`
}

const SAYINGS: Readonly<Record<string, Saying>> = {
  'container.started': machines(2, 'dot', (f) => `${f.subject} started`),
  'container.ended': fault(machines(2, 'cross', ended)),
  'container.stopping': machines(2, 'ring', (f) => `${f.subject} is being stopped: SIGTERM now, SIGKILL after ten seconds`),
  'container.signalled': machines(2, 'ring', (f) => `${f.subject} got ${f.of('signal')}`),
  'container.paused': fault(machines(2, 'cross', (f) => `${f.subject} was paused`)),
  'container.unpaused': machines(2, 'dot', (f) => `${f.subject} goes on`),
  'process.started': machines(0, 'dot', (f) => `${f.subject} started on ${f.host}`),
  'process.ended': machines(1, 'cross', (f) => `${f.subject} ended on ${f.host}${f.also('code', ' with exit code ')}`),
  'link.changed': machines(2, 'square', link),
  'client.connected': sessions(
    1,
    'dot',
    (f) => `${f.of('client') || f.host} has session ${f.session} at ${f.of('server')}${f.also('timeoutMs', ', time-out ', ' ms')}`,
  ),
  'client.disconnected': sessions(
    1,
    'ring',
    (f) => `${f.of('client') || f.host} lost its connection to ${f.of('server')}; the session lives on`,
  ),
  'client.timeout': sessions(
    2,
    'ring',
    (f) => `${f.of('client') || f.host} heard nothing from ${f.of('server')} for ${f.seconds('silentMs')} and gives the connection up`,
  ),
  'client.expired': fault(sessions(2, 'cross', (f) => `${f.of('client') || f.host} learns that its session ${f.session} has expired`)),
  'client.closed': sessions(1, 'ring', (f) => `${f.of('client') || f.host} closed its session ${f.session}`),
  'session.created': sessions(1, 'dot', (f) => `Session ${f.session}${f.owner} was created${f.also('timeoutMs', ', time-out ', ' ms')}`),
  'session.moved': sessions(1, 'diamond', (f) => `Session ${f.session}${f.owner} moved to ${f.of('server') || f.host}`),
  'session.closed': sessions(2, 'ring', (f) => `Session ${f.session}${f.owner} was closed`),
  'session.expired': fault(sessions(3, 'cross', (f) => `${f.host} (leader) expired session ${f.session}${f.owner}`)),
  'znode.created': zookeeper(1, 'dot', (f) => `${f.subject} was created`),
  'znode.changed': zookeeper(1, 'square', (f) => `${f.subject} was set${f.also('version', ', version ')}`),
  'znode.deleted': zookeeper(1, 'ring', (f) => `${f.subject} was deleted`),
  'broker.registered': brokers(2, 'diamond', (f) => `${f.host} registered as broker ${f.of('brokerId') || f.subject}`),
  'broker.started': brokers(2, 'dot', (f) => `${f.host} is up`),
  'controller.elected': controller(3, 'diamond', (f) => `${f.host} became controller${f.also('epoch', ', epoch ')}`),
  'controller.resigned': controller(2, 'ring', (f) => `${f.host} is no longer controller`),
}

/** By the code's first word, for codes without a saying of their own. */
const FAMILIES: Readonly<Record<string, Saying>> = {
  container: machines(1, 'dot', generic),
  process: machines(0, 'dot', generic),
  link: machines(1, 'square', generic),
  client: sessions(1, 'dot', generic),
  session: sessions(1, 'dot', generic),
  znode: zookeeper(1, 'dot', generic),
  watch: zookeeper(0, 'dot', generic),
  peer: zookeeper(1, 'dot', generic),
  quorum: zookeeper(2, 'diamond', generic),
  election: zookeeper(2, 'diamond', generic),
  leader: zookeeper(2, 'diamond', generic),
  server: zookeeper(1, 'dot', generic),
  controller: controller(2, 'diamond', generic),
  broker: brokers(1, 'dot', generic),
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

/** A sentence for an entry, without its time and without a full stop: `zoo2 (leader) expired session 0x100... of kafka2`. */
export const say = (entry: TraceEntry): string => sayingOf(entry).say(new Fields(entry))
export const weightOf = (entry: TraceEntry): Weight => sayingOf(entry).weight

/** How an entry is marked on the timeline. */
export function markOf(entry: TraceEntry): {
  readonly lane: LaneName
  readonly concept: Concept
  readonly sign: MarkSign
  readonly weight: Weight
} {
  const { lane, concept, sign, weight } = sayingOf(entry)
  return { lane, concept, sign, weight }
}
/** Codes that have words of their own (a test holds them against what the simulation notes). */
export const knownCodes: readonly string[] = Object.keys(SAYINGS)
