// Holds a printed wire against a recorded one: what each host says, in the order in which it says it. What two real runs do not share is left out: acknowledgements, pings,
// votes, who forwarded what, TCP, and repetitions of fetches and the like.

import { inOrder } from './comparison.ts'

export interface WireLine {
  readonly at: number
  readonly from: string
  readonly to: string
  readonly proto: string
  readonly text: string
}

const LINE = /^ *(\d+\.\d+) (\S+) +(\S+) +(tcp|zk|kafka|quorum|elect|text) +(.*)$/

export const readWire = (text: string): WireLine[] =>
  text.split('\n').flatMap((line) => {
    const m = LINE.exec(line)
    return m ? [{ at: Number(m[1]), from: m[2]!, to: m[3]!, proto: m[4]!, text: m[5]! }] : []
  })

/** What differs from run to run inside a line. */
const VARIES: readonly RegExp[] = [
  /\b(?:xid|zxid|czxid|mzxid|session|lastZxid|bepoch|throttle|cid)=\S+/g,
  / #\d+/g,
  / \d+B(?!\w)/g,
  /[\d.]+ms(?!\w)/g,
  /\[ms: [^\]]*\]/g,
  /(?<!\d)\d{13}(?!\d)/g,
  /(?<="id":")[-\w]{22}(?=")/g,
  /(?<="timestamp":")[^"]*/g,
  /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g,
]
const essence = (text: string): string =>
  VARIES.reduce((s, re) => s.replace(re, ''), text)
    .replace(/\s+/g, ' ')
    .trim()

const SAID_AGAIN = new Set(['Fetch', 'Heartbeat', 'OffsetCommit', 'Metadata', 'FindCoordinator', 'Produce'])
const LEFT_OUT = new Set(['PING', 'ACK', 'COMMIT', 'snapshot', 'REQUEST'])
const OUTCOME = /\b(?:ok|NoNode|NodeExists|BadVersion|NotEmpty|\w+Exception)\b/

interface Token {
  readonly kind: string
  readonly detail: string
}
type Channels = Map<string, Token[]>

function zkToken(line: WireLine): readonly [channel: string, Token] | undefined {
  const [sign, name = ''] = line.text.split(/\s+/)
  if (name === 'ping' || name === 'connect') return undefined
  if (sign === '>') return [`${line.from} asks zookeeper`, { kind: name, detail: essence(line.text) }]
  return [`zookeeper tells ${line.to}`, { kind: name, detail: `${name} ${OUTCOME.exec(line.text)?.[0] ?? ''}` }]
}

/** Tokens by who speaks: ZooKeeper's clients and what they are told, brokers and tools to each, proposals, each follower's way in. */
function tokens(lines: readonly WireLine[]): Channels {
  const channels: Channels = new Map()
  const proposed = new Set<string>()
  const followers: string[] = []
  const say = (channel: string, token: Token): void => {
    const list = channels.get(channel) ?? []
    channels.set(channel, list)
    const again = SAID_AGAIN.has(token.kind) && list.at(-1)?.kind === token.kind
    if (!again) list.push(token)
  }
  for (const line of lines) {
    const [word = '', second = ''] = line.text.split(/\s+/)
    if (word.startsWith('…') || second.startsWith('…')) continue
    if (line.proto === 'zk') {
      const token = zkToken(line)
      if (token) say(...token)
    } else if (line.proto === 'kafka') {
      if (word === '>') say(`${line.from} to ${line.to}`, { kind: second, detail: essence(line.text) })
    } else if (line.proto === 'quorum' && !LEFT_OUT.has(word)) {
      if (word === 'PROPOSAL') {
        const zxid = /zxid=(\S+)/.exec(line.text)![1]!
        const what = / (createSession|closeSession|create|delete|setData|multi|error|check)\b/.exec(line.text)?.[1]
        if (!proposed.has(zxid)) say('proposals', { kind: what ?? '', detail: essence(line.text) })
        proposed.add(zxid)
      } else {
        const follower = ['FOLLOWERINFO', 'ACKEPOCH', 'REVALIDATE'].includes(word) ? line.from : line.to
        if (!followers.includes(follower)) followers.push(follower)
        const step = ['DIFF', 'SNAP', 'TRUNC'].includes(word) ? 'synchronisation' : word
        say(`follower ${followers.indexOf(follower) + 1}`, { kind: step, detail: step })
      }
    }
  }
  return channels
}

export interface WireComparison {
  /** Shares, 0 to 1, of what is said in the same order. */
  readonly kinds: number
  readonly details: number
}

export function compareWires(real: readonly WireLine[], other: readonly WireLine[]): WireComparison {
  const a = tokens(real)
  const b = tokens(other)
  const share = (what: keyof Token): number => {
    let equal = 0
    let total = 0
    for (const channel of new Set([...a.keys(), ...b.keys()])) {
      const [x, y] = [a, b].map((c) => (c.get(channel) ?? []).map((t) => t[what])) as [string[], string[]]
      equal += inOrder(x, y)
      total += Math.max(x.length, y.length)
    }
    return total === 0 ? 0 : equal / total
  }
  return { kinds: share('kind'), details: share('detail') }
}
