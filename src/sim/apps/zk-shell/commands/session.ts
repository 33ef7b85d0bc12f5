// Commands on the connection and the session, and four-letter words.
/* eslint require-yield: off -- a command that asks nothing is a generator like any other */

import type { Cmd, Rv, SessionView } from '../asks.ts'
import { text, yes, type Command } from '../command.ts'
import { flag, optional, optionalInt, required } from '../py/argparse.ts'
import { reprText, sortedText, toInt, ValueError } from '../py/text.ts'
import { exists, show, walk, zk, ZkError, type Sh } from '../sh.ts'

export interface Endpoint {
  readonly host: string
  readonly port: number
}

/** `zoo1,zoo2:2182` -> hosts and ports. */
export const endpointsOf = (hosts: string): Endpoint[] =>
  hosts.split(',').map((word) => {
    const colon = word.lastIndexOf(':')
    return colon < 0 ? { host: word, port: 2181 } : { host: word.slice(0, colon), port: Number(word.slice(colon + 1)) }
  })

function validHost(word: string): boolean {
  const colon = word.lastIndexOf(':')
  const host = colon < 0 ? word : word.slice(0, colon)
  if (colon >= 0) {
    const port = toInt(word.slice(colon + 1))
    if (port === undefined || port < 1 || port > 65535) return false
  }
  const octets = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(host)?.slice(1).map(Number)
  if (octets && octets[0]! >= 1 && octets[0]! <= 254 && octets.every((octet) => octet <= 255)) return true
  return host.split('.').every((part) => /^(?!-)[a-z\d-]{1,63}$/i.test(part) && !part.endsWith('-'))
}
/** A comma separated list of hosts, possibly with ports. */
export const validHosts = (hosts: string): boolean => hosts.trim() !== '' && hosts.split(',').every(validHost)

export const matchingLines = (content: string, match: string): string =>
  match === ''
    ? content
    : content
        .split('\n')
        .filter((line) => line.includes(match))
        .join('\n')

/** A four-letter command that could not be carried out. */
class WordFailed extends Error {}

/** Sends a word to one endpoint. Throws WordFailed. */
function* wordTo(endpoint: Endpoint, word: string): Cmd<string> {
  const ip = (yield { ask: 'resolve', host: endpoint.host }) as string | null
  if (ip === null) throw new WordFailed(`Failed to resolve: ${endpoint.host}`)
  const { text, error } = (yield { ask: 'word', ip, port: endpoint.port, word }) as { text: string; error: string | null }
  if (error !== null) throw new WordFailed(`Error(${ip}): ${error}`)
  return text
}

/** Sends a word to several endpoints; a lone one's failure is thrown, others are passed over. */
function* wordToAll(endpoints: readonly Endpoint[], word: string): Cmd<string> {
  let out = ''
  for (const endpoint of endpoints) {
    try {
      out += yield* wordTo(endpoint, word)
    } catch (e) {
      if (!(e instanceof WordFailed) || endpoints.length === 1) throw e
    }
  }
  return out
}

function* connectedEndpoint(): Cmd<Endpoint> {
  const session = (yield { ask: 'session' }) as SessionView | null
  if (!session || session.state !== 'CONNECTED') throw new WordFailed('Not connected and no host given.')
  return { host: session.server.ip, port: session.server.port }
}

const wordCommand = (word: string): Command => ({
  name: word,
  params: [optional('hosts'), optional('match')],
  *run(sh, v) {
    const hosts = text(v, 'hosts')
    if (hosts !== '' && !validHosts(hosts)) {
      show(sh, 'List of hosts has the wrong syntax.')
      return
    }
    try {
      const endpoints = hosts === '' ? [yield* connectedEndpoint()] : endpointsOf(hosts)
      show(sh, matchingLines(yield* wordToAll(endpoints, word), text(v, 'match')))
    } catch (e) {
      if (!(e instanceof WordFailed)) throw e
      show(sh, e.message)
    }
  },
})

interface ClientInfo {
  readonly id: string
  readonly client: string
  readonly server: string
}
const PEER = /^\tip: \/(\d+\.\d+\.\d+\.\d+):(\d+) sessionId: (0x\w+)$/

/** What `dump` of each host says; a host that does not answer says nothing. */
function* dumps(hosts: string): Cmd<{ server: string; lines: string[] }[]> {
  const out: { server: string; lines: string[] }[] = []
  for (const endpoint of endpointsOf(hosts)) {
    let answer = ''
    try {
      answer = yield* wordTo(endpoint, 'dump')
    } catch (e) {
      if (!(e instanceof WordFailed)) throw e
    }
    out.push({ server: `${endpoint.host}:${endpoint.port}`, lines: answer.split('\n') })
  }
  return out
}

/** Host names for the addresses of an endpoint pair; an address nobody knows stays `None`. */
const resolved = (info: ClientInfo, reverse: boolean): string =>
  reverse ? `None:${info.client.split(':')[1]} None:${info.server.split(':')[1]}` : `${info.client} ${info.server}`

/** Session of each ephemeral path, with where its client is connected. */
function* ephemerals(hosts: string): Cmd<Map<string, ClientInfo>> {
  const byPath = new Map<string, string>()
  const peers = new Map<string, ClientInfo>()
  for (const { server, lines } of yield* dumps(hosts)) {
    let session = ''
    for (const line of lines) {
      const owner = /^(0x\w+):/.exec(line)
      const peer = PEER.exec(line)
      if (owner) session = owner[1]!
      else if (/^\t\/.*/.test(line)) byPath.set(line.slice(1), session)
      else if (peer && [...byPath.values()].includes(peer[3]!))
        peers.set(peer[3]!, { id: peer[3]!, client: `${peer[1]}:${peer[2]}`, server })
    }
  }
  return new Map([...byPath].map(([path, id]) => [path, peers.get(id) ?? { id, client: 'None:None', server: 'None:None' }]))
}

/** Positions of values that stand apart from the rest by more than `delta`. */
export function findOutliers(group: readonly number[], delta: number): number[] {
  const sorted = group.map((value, i) => ({ value, i })).sort((a, b) => a.value - b.value)
  for (let i = 0; i < sorted.length - 1; i++) {
    if (sorted[i + 1]!.value - sorted[i]!.value <= delta) continue
    return (i < sorted.length - i ? sorted.slice(0, i + 1) : sorted.slice(i + 1)).map((one) => one.i)
  }
  return []
}

const GREEN = (s: string): string => `\x1b[32m${s}\x1b[0m`
const RED = (s: string): string => `\x1b[31m${s}\x1b[0m`
const hex = (n: number): string => (n < 0 ? `-0x${(-n).toString(16)}` : `0x${n.toString(16)}`)
const CHECKS = [
  { title: 'znode count', key: 'zk_znode_count', conf: 'chkzk_znode_delta' },
  { title: 'ephemerals', key: 'zk_ephemerals_count', conf: 'chkzk_ephemeral_delta' },
  { title: 'data size', key: 'zk_approximate_data_size', conf: 'chkzk_datasize_delta' },
  { title: 'sessions', key: 'zk_global_sessions', conf: 'chkzk_session_delta' },
  { title: 'zxid', key: 'zxid', conf: 'chkzk_zxid_delta' },
]

/** A grid of right-aligned cells, as tabulate draws it. */
function grid(rows: readonly (readonly string[])[]): string {
  const width = (s: string): number => s.replaceAll(RED('').slice(0, 5), '').replaceAll('\x1b[0m', '').length
  const [head] = rows
  const widths = head!.map((title, i) => Math.max(title.length + 2, ...rows.map((row) => width(row[i]!))))
  const line = (ch: string): string => '+' + widths.map((w) => ch.repeat(w + 2)).join('+') + '+'
  const row = (cells: readonly string[]): string =>
    '|' + cells.map((cell, i) => ` ${' '.repeat(widths[i]! - width(cell))}${cell} `).join('|') + '|'
  return [line('-'), row(head!), line('='), ...rows.slice(1).flatMap((cells) => [row(cells), line('-')])].join('\n')
}

/** What the servers say of themselves, in `mntr` and `srvr`. */
function* serverFigures(endpoint: Endpoint): Cmd<Map<string, string>> {
  const figures = new Map<string, string>()
  try {
    for (const line of (yield* wordTo(endpoint, 'mntr')).split('\n')) {
      const words = /^\s*(\S+)\s+(.*)$/.exec(line)
      if (!words) break
      figures.set(words[1]!, words[2]!)
    }
  } catch (e) {
    if (!(e instanceof WordFailed)) throw e
  }
  try {
    const zxid = /Zxid: (0x[0-9a-f]+)/.exec(yield* wordTo(endpoint, 'srvr'))
    if (zxid) figures.set('zxid', String(Number(zxid[1])))
  } catch (e) {
    if (!(e instanceof WordFailed)) throw e
  }
  return figures
}

const chkzk: Command = {
  name: 'chkzk',
  params: [required('hosts'), flag('verbose'), flag('reverse_lookup')],
  *run(sh, v): Cmd<Rv> {
    const addresses = new Map<string, string>()
    for (const { host, port } of endpointsOf(text(v, 'hosts'))) {
      const ip = (yield { ask: 'resolve', host }) as string | null
      if (ip !== null) addresses.set(`${ip}:${port}`, host)
    }
    const endpoints = sortedText([...addresses.keys()])
    const states: string[] = ['state']
    const columns = CHECKS.map((): number[] => [])
    for (const endpoint of endpoints) {
      const figures = yield* serverFigures(endpointsOf(endpoint)[0]!)
      states.push(figures.get('zk_server_state') ?? '-')
      CHECKS.forEach((check, i) => columns[i]!.push(Number(figures.get(check.key) ?? -1)))
    }
    let passed = true
    const rows = CHECKS.map((check, i) => {
      const show = (n: number): string => (check.key === 'zxid' ? hex(n) : String(n))
      const cells = columns[i]!.map(show)
      const delta = toInt(sh.shell.conf[check.conf] ?? '')
      // Once one figure has failed the others are no longer looked at.
      if (passed) {
        const outliers = findOutliers(columns[i]!, delta ?? 0)
        for (const at of outliers) cells[at] = RED(cells[at]!)
        passed = outliers.length === 0
      }
      return [check.title, ...cells]
    })
    if (yes(v, 'verbose')) {
      const heads = endpoints.map((endpoint) => (yes(v, 'reverse_lookup') ? addresses.get(endpoint)! : endpoint))
      show(sh, grid([['', ...heads], states, ...rows]))
    } else show(sh, passed ? GREEN('passed') : RED('failed'))
    return passed
  },
}

function* sessionInfo(sh: Sh, match: string): Cmd {
  const s = (yield { ask: 'session' }) as SessionView
  const pair = (end: { ip: string; port: number }): string => `(${reprText(end.ip)}, ${end.port})`
  const lines = [
    `state=${s.state}`,
    `sessionid=0x${s.sessionId}`,
    `auth_info=[${s.auths.map((auth) => `(${reprText(auth.scheme)}, ${reprText(auth.id)})`).join(', ')}]`,
    'protocol_version=0',
    `xid=${s.xid}`,
    `last_zxid=0x${s.lastZxid.toString(16).padStart(16, '0')}`,
    `timeout=${s.timeoutMs}`,
    `client=${pair(s.client)}`,
    `server=${pair(s.server)}`,
    `data_watches=${s.dataWatches.join(',')}`,
    `child_watches=${s.childWatches.join(',')}`,
  ]
  show(sh, matchingLines(lines.join('\n'), match))
}

export const sessionCommands: readonly Command[] = [
  wordCommand('mntr'),
  wordCommand('cons'),
  wordCommand('dump'),
  chkzk,
  {
    name: 'session_info',
    connected: true,
    params: [optional('match')],
    run: (sh, v) => sessionInfo(sh, text(v, 'match')),
  },
  {
    name: 'ephemeral_endpoint',
    connected: true,
    params: [required('path'), required('hosts'), flag('recursive'), flag('reverse')],
    exist: ['path'],
    *run(sh, v) {
      const path = text(v, 'path')
      if (!validHosts(text(v, 'hosts'))) {
        show(sh, 'List of hosts has the wrong syntax.')
        return
      }
      const stat = yield* exists(sh.shell.client, path)
      if (!stat) {
        show(sh, `${path} is gone.`)
        return
      }
      if (!yes(v, 'recursive') && stat.ephemeralOwner === '0') {
        show(sh, `${path} is not ephemeral.`)
        return
      }
      const known = yield* ephemerals(text(v, 'hosts'))
      const check = (at: string, prefix: string): void => {
        const info = known.get(at)
        show(sh, info ? `${prefix}${info.id} ${resolved(info, yes(v, 'reverse'))}` : `No session info for ${at}.`)
      }
      if (!yes(v, 'recursive')) check(path, '')
      else
        yield* walk(sh.shell.client, path, 0, function* (node) {
          check(node.path, `${node.path}: `)
        })
    },
  },
  {
    name: 'session_endpoint',
    connected: true,
    params: [required('session'), required('hosts'), flag('reverse')],
    *run(sh, v) {
      if (!validHosts(text(v, 'hosts'))) {
        show(sh, 'List of hosts has the wrong syntax.')
        return
      }
      let info: ClientInfo | undefined
      for (const { server, lines } of yield* dumps(text(v, 'hosts'))) {
        for (const line of lines) {
          const peer = PEER.exec(line)
          if (peer && peer[3] === text(v, 'session')) info = { id: peer[3], client: `${peer[1]}:${peer[2]}`, server }
        }
      }
      show(sh, info ? resolved(info, yes(v, 'reverse')) : `No session info for ${text(v, 'session')}.`)
    },
  },
  {
    name: 'connect',
    params: [required('hosts')],
    *run(sh, v) {
      yield* connect(sh, text(v, 'hosts').split(','))
    },
  },
  {
    name: 'disconnect',
    connected: true,
    *run(sh) {
      yield { ask: 'close', client: sh.shell.client }
      sh.io.act({ do: 'disconnected' })
    },
  },
  {
    name: 'reconnect',
    connected: true,
    *run(sh) {
      yield { ask: 'drop' }
      sh.io.act({ do: 'cd', path: '/' })
    },
  },
  {
    name: 'reconfig',
    connected: true,
    params: [required('cmd'), required('args'), optionalInt('from_config', -1)],
    *run(sh, v) {
      const what = text(v, 'cmd')
      if (what !== 'add' && what !== 'remove') throw new ValueError(`Bad command: ${what}`)
      try {
        show(sh, (yield* zk(sh.shell.client, { op: 'reconfig' })).data ?? 'None')
      } catch (e) {
        if (!(e instanceof ZkError) || (e.code !== -13 && e.code !== -14)) throw e
        show(sh, e.code === -13 ? 'No quorum available to perform reconfig.' : "There's a reconfig in process.")
      }
    },
  },
]

/** `digest:user:pw@zoo1` words, checked. Throws ValueError. */
export function parseNetloc(word: string): { readonly host: string; readonly scheme: string; readonly credential: string } {
  const at = word.lastIndexOf('@')
  if (at < 0) return { host: word, scheme: '', credential: '' }
  const auth = word.slice(0, at)
  const colon = auth.indexOf(':')
  if (colon < 0) throw new ValueError('Malformed scheme/credential (must be scheme:credential)')
  return { host: word.slice(at + 1), scheme: auth.slice(0, colon), credential: auth.slice(colon + 1) }
}

/** Leaves the session there is, and begins another. A synchronous shell waits for it. */
export function* connect(sh: Sh, hosts: readonly string[]): Cmd {
  for (const word of hosts) parseNetloc(word)
  if (sh.shell.connected) yield { ask: 'close', client: sh.shell.client }
  const made = (yield { ask: 'connect', hosts }) as { client: string; chrooted: boolean } | null
  if (!made) show(sh, 'Failed to connect: Connection time-out')
  else if (made.chrooted && !(yield* exists(made.client, '/'))) {
    sh.io.printError('UserWarning: No chroot path exists, the chroot path should be created before normal use.\n')
  }
}
