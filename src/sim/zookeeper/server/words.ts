// Four-letter words: what a server tells about itself on port 2181, as far as its whitelist lets it (org.apache.zookeeper.server.command at release-3.5.5).

import { javaDate } from '../../base/index.ts'
import type { ConnId, Context } from '../../kernel/index.ts'
import { configText, ownEntry } from '../conf.ts'
import { DATA_DIR, directorySize, LOG_DIR } from '../disk.ts'
import { DEFAULT_CAPACITY, nameSetOf, nameSetOrder } from '../java.ts'
import { hexZxid } from '../protocol/index.ts'
import type { Client, ZkServer } from '../state.ts'
import { nodeCount } from '../tree/tree.ts'
import { watchCount, type WatchTable } from '../tree/watches.ts'
import { sayClient } from './answers.ts'
import { bucketEnd } from './sessions.ts'
import { CONNECTION_BUCKET_MS } from './expiry.ts'

export const VERSION = '3.5.5-390fe37ea45dee01bf87dc1c042b5e3dcce88653, built on 05/03/2019 12:07 GMT'
const NOT_SERVING = 'This ZooKeeper instance is not currently serving requests\n'
/** As the server's own table lists them. */
const KNOWN =
  '{1936881266=srvr, 1937006964=stat, 2003003491=wchc, 1685417328=dump, 1668445044=crst, 1936880500=srst, 1701738089=envi, 1668247142=conf, -720899=telnet close, ' +
  '2003003507=wchs, 2003003504=wchp, 1684632179=dirs, 1668247155=cons, 1835955314=mntr, 1769173615=isro, 1920298859=ruok, 1735683435=gtmk, 1937010027=stmk}'

type Word = (ctx: Context, s: ZkServer, asker: ConnId) => string

const WORDS: Readonly<Record<string, Word>> = {
  ruok: () => 'imok',
  isro: (_, s) => (s.running ? 'rw' : 'null'),
  envi: (ctx) => ['Environment:', ...environment(ctx)].map((line) => line + '\n').join(''),
  gtmk: () => '306',
  stmk: () => 'stmk: setting the trace mask is not modelled\n',
  srvr: serving((ctx, s) => `Zookeeper version: ${VERSION}\n${statLines(s)}`),
  stat: serving((ctx, s, asker) => `Zookeeper version: ${VERSION}\nClients:\n${connectionLines(s, asker, true)}\n${statLines(s)}`),
  cons: serving((ctx, s, asker) => connectionLines(s, asker, false) + '\n'),
  conf: serving(confText),
  dirs: serving((ctx) => `datadir_size: ${directorySize(ctx, LOG_DIR)}\nlogdir_size: ${directorySize(ctx, DATA_DIR)}\n`),
  dump: serving(
    (ctx, s) =>
      `SessionTracker dump:\n${sessionDump(ctx, s)}ephemeral nodes dump:\n${ephemeralDump(s)}Connections dump:\n${connectionDump(ctx, s)}`,
  ),
  mntr: serving(monitor),
  wchs: serving(
    (_, s) =>
      `${s.dataWatches.byConn.size} connections watching ${s.dataWatches.byPath.size} paths\nTotal watches:${watchCount(s.dataWatches)}\n`,
  ),
  wchc: serving((_, s) => watchesByConn(s, s.dataWatches) + '\n'),
  wchp: serving((_, s) => watchesByPath(s, s.dataWatches) + '\n'),
  srst: serving((_, s) => {
    s.stats = { ...s.stats, sent: 0, received: 0, min: -1, max: 0, total: 0, count: 0 }
    return 'Server stats reset.\n'
  }),
  crst: serving((_, s) => {
    for (const client of allClients(s)) {
      Object.assign(client, { received: 0, sent: 0, lastOp: 'NA', lastXid: -1, lastZxid: -1, lastResponseMs: 0, lastLatencyMs: 0 })
      Object.assign(client, { minLatencyMs: Number.MAX_SAFE_INTEGER, maxLatencyMs: 0, totalLatencyMs: 0, count: 0 })
    }
    return 'Connection stats reset.\n'
  }),
}

export const wordOf = (four: string): Word | undefined => WORDS[four]

function serving(word: Word): Word {
  return (ctx, s, asker) => (s.running ? word(ctx, s, asker) : NOT_SERVING)
}

/** The answer to a known word. */
export function runWord(ctx: Context, s: ZkServer, conn: ConnId, four: string): string {
  const { whitelist } = s.conf
  if (!s.stats.wordsLogged) {
    s.stats.wordsLogged = true
    const enabled = nameSetOrder(nameSetOf(whitelist.includes('*') ? Object.keys(WORDS) : [...whitelist, 'srvr'], DEFAULT_CAPACITY))
    sayClient(ctx, s, 'INFO', 'FourLetterCommands@234', `The list of known four letter word commands is : [${KNOWN}]`)
    sayClient(ctx, s, 'INFO', 'FourLetterCommands@235', `The list of enabled four letter word commands is : [[${enabled.join(', ')}]]`)
  }
  if (four !== 'srvr' && !whitelist.includes('*') && !whitelist.includes(four))
    return `${four} is not executed because it is not in the whitelist.\n`
  const client = s.clients[conn]!
  sayClient(ctx, s, 'INFO', 'NIOServerCnxn@518', `Processing ${four} command from /${client.ip}:${client.port}`)
  return WORDS[four]!(ctx, s, conn)
}

const allConns = (s: ZkServer): ConnId[] => Object.keys(s.clients).map(Number)
const allClients = (s: ZkServer): Client[] => allConns(s).map((conn) => s.clients[conn]!)
const average = (total: number, count: number): number => (count === 0 ? 0 : Math.floor(total / count))
const modeOf = (s: ZkServer): string => (s.leading ? 'leader' : 'follower')
const outstanding = (s: ZkServer): number => allClients(s).reduce((sum, client) => sum + client.outstanding, 0)

function statLines(s: ZkServer): string {
  const { stats } = s
  const lines = [
    `Latency min/avg/max: ${Math.max(stats.min, 0)}/${average(stats.total, stats.count)}/${stats.max}`,
    `Received: ${stats.received}`,
    `Sent: ${stats.sent}`,
    `Connections: ${allConns(s).length}`,
    `Outstanding: ${outstanding(s)}`,
    `Zxid: ${hexZxid(s.tree.lastZxid)}`,
    `Mode: ${modeOf(s)}`,
    `Node count: ${nodeCount(s.tree)}`,
  ]
  if (s.leading) {
    const { last, min, max } = s.leading.proposalSizes
    lines.push(`Proposal sizes last/min/max: ${last}/${min}/${max}`)
  }
  return lines.map((line) => line + '\n').join('')
}

function connectionLines(s: ZkServer, asker: ConnId, brief: boolean): string {
  return allConns(s)
    .map((conn) => {
      const c = s.clients[conn]!
      const head = ` /${c.ip}:${c.port}[${conn === asker ? 0 : 1}](queued=${c.outstanding},recved=${c.received},sent=${c.sent}`
      return `${head}${brief || c.session === '0' ? '' : fullLine(c)})\n`
    })
    .join('')
}

function fullLine(c: Client): string {
  const min = c.minLatencyMs === Number.MAX_SAFE_INTEGER ? 0 : c.minLatencyMs
  return (
    `,sid=0x${c.session},lop=${c.lastOp},est=${c.establishedMs},to=${c.timeoutMs}${c.lastXid >= 0 ? `,lcxid=0x${c.lastXid.toString(16)}` : ''}` +
    `,lzxid=${c.lastZxid < 0 ? '0xffffffffffffffff' : hexZxid(c.lastZxid)},lresp=${c.lastResponseMs},llat=${c.lastLatencyMs}` +
    `,minlat=${min},avglat=${average(c.totalLatencyMs, c.count)},maxlat=${c.maxLatencyMs}`
  )
}

function confText(ctx: Context, s: ZkServer): string {
  const { conf } = s
  const own = ownEntry(conf)
  const lines = [
    `clientPort=${own.clientPort}`,
    'secureClientPort=-1',
    `dataDir=${DATA_DIR}`,
    `dataDirSize=${directorySize(ctx, LOG_DIR)}`,
    `dataLogDir=${LOG_DIR}`,
    `dataLogSize=${directorySize(ctx, DATA_DIR)}`,
    `tickTime=${conf.tickTimeMs}`,
    `maxClientCnxns=${conf.maxClientCnxns}`,
    `minSessionTimeout=${conf.tickTimeMs * 2}`,
    `maxSessionTimeout=${conf.tickTimeMs * 20}`,
    `serverId=${conf.myid}`,
    `initLimit=${conf.initLimit}`,
    `syncLimit=${conf.syncLimit}`,
    'electionAlg=3',
    `electionPort=${own.electionPort}`,
    `quorumPort=${own.quorumPort}`,
    'peerType=0',
    'membership: ',
  ]
  return lines.map((line) => line + '\n').join('') + configText(conf)
}

function monitor(ctx: Context, s: ZkServer): string {
  const { stats } = s
  const entries: [string, string | number][] = [
    ['version', VERSION],
    ['avg_latency', average(stats.total, stats.count)],
    ['max_latency', stats.max],
    ['min_latency', Math.max(stats.min, 0)],
    ['packets_received', stats.received],
    ['packets_sent', stats.sent],
    ['num_alive_connections', allConns(s).length],
    ['outstanding_requests', outstanding(s)],
    ['server_state', modeOf(s)],
    ['znode_count', nodeCount(s.tree)],
    ['watch_count', watchCount(s.dataWatches) + watchCount(s.childWatches)],
    ['ephemerals_count', Array.from(s.tree.ephemerals).reduce((sum, [, paths]) => sum + paths.names.size, 0)],
    ['approximate_data_size', s.tree.dataSize],
    ['open_file_descriptor_count', 60 + allConns(s).length],
    ['max_file_descriptor_count', 1048576],
  ]
  if (s.leading) {
    const learners = Object.values(s.leading.learners)
    const { last, min, max } = s.leading.proposalSizes
    entries.push(
      ['followers', learners.length],
      ['synced_followers', learners.filter((one) => one.forwarding).length],
      ['pending_syncs', s.leading.pendingSyncs.length],
      ['last_proposal_size', last],
      ['max_proposal_size', max],
      ['min_proposal_size', min],
    )
  }
  return entries.map(([key, value]) => `zk_${key}\t${value}\n`).join('')
}

/** Buckets of an expiry queue: those between now and the last one in use are there, empty or not. */
function buckets(
  ctx: Context,
  kind: string,
  stepMs: number,
  entries: readonly { readonly endMs: number; readonly text: string }[],
): string {
  const last = entries.reduce((max, one) => Math.max(max, one.endMs), 0)
  let text = ''
  let n = 0
  for (let end = (Math.floor(ctx.uptimeMs / stepMs) + 1) * stepMs; end <= last; end += stepMs) {
    const here = entries.filter((one) => one.endMs === end)
    n++
    text += `${here.length} expire at ${javaDate(ctx.wallMs + end - Math.floor(ctx.uptimeMs))}:\n${here.map((one) => `\t${one.text}\n`).join('')}`
  }
  return `${kind} Sets (${n})/(${entries.length}):\n${text}`
}

function sessionDump(ctx: Context, s: ZkServer): string {
  if (s.leading) {
    return buckets(
      ctx,
      'Session',
      s.conf.tickTimeMs,
      Object.entries(s.tracked).map(([session, one]) => ({ endMs: one.expiresAtMs, text: `0x${session}` })),
    )
  }
  const sessions = s.sessions.sortedKeys()
  return `Global Sessions(${sessions.length}):\n${sessions.map((session) => `0x${session}\t${s.sessions.get(session)!}ms\n`).join('')}`
}

function ephemeralDump(s: ZkServer): string {
  const sessions = s.tree.ephemerals.sortedKeys()
  const lines = sessions.map(
    (session) =>
      `0x${session}:\n${nameSetOrder(s.tree.ephemerals.get(session))
        .map((path) => `\t${path}\n`)
        .join('')}`,
  )
  return `Sessions with Ephemerals (${sessions.length}):\n${lines.join('')}`
}

const connectionDump = (ctx: Context, s: ZkServer): string =>
  buckets(
    ctx,
    'Connections',
    CONNECTION_BUCKET_MS,
    allClients(s).map((c) => ({
      endMs: bucketEnd(c.touchedMs, c.timeoutMs, CONNECTION_BUCKET_MS),
      text: `ip: /${c.ip}:${c.port} sessionId: 0x${c.session}`,
    })),
  )

const sessionAt = (s: ZkServer, conn: ConnId): string => s.clients[conn]?.session ?? '0'
const watchesByPath = (s: ZkServer, table: WatchTable): string =>
  table.byPath
    .sortedKeys()
    .map(
      (path) =>
        `${path}\n${table.byPath
          .get(path)!
          .map((conn) => `\t0x${sessionAt(s, conn)}\n`)
          .join('')}`,
    )
    .join('')
const watchesByConn = (s: ZkServer, table: WatchTable): string =>
  Array.from(
    table.byConn,
    ([conn, paths]) =>
      `0x${sessionAt(s, Number(conn))}\n${paths
        .sortedKeys()
        .map((path) => `\t${path}\n`)
        .join('')}`,
  ).join('')

/** What the server says of the machine it runs on; the values are the image's (openjdk:8-jre-slim). */
export function environment(ctx: Context): string[] {
  return [
    `zookeeper.version=${VERSION}`,
    `host.name=${ctx.hostname}`,
    'java.version=1.8.0_222',
    'java.vendor=Oracle Corporation',
    'java.home=/usr/local/openjdk-8',
    'java.class.path=/apache-zookeeper-3.5.5-bin/lib/*:/conf:',
    'java.library.path=/usr/java/packages/lib/amd64:/usr/lib64:/lib64:/lib:/usr/lib',
    'java.io.tmpdir=/tmp',
    'java.compiler=<NA>',
    'os.name=Linux',
    'os.arch=amd64',
    'os.version=4.15.0-55-generic',
    'user.name=zookeeper',
    'user.home=/home/zookeeper',
    'user.dir=/apache-zookeeper-3.5.5-bin',
    'os.memory.free=106MB',
    'os.memory.max=889MB',
    'os.memory.total=121MB',
  ]
}
