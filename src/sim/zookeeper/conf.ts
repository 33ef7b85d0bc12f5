// A server's configuration, and the text in which servers tell each other who they are (QuorumPeerConfig, QuorumMaj at release-3.5.5).

import type { Sid } from './protocol/index.ts'

export interface ServerEntry {
  readonly id: Sid
  readonly host: string
  readonly quorumPort: number
  readonly electionPort: number
  readonly clientPort: number
}

/** Frozen. */
export interface Conf {
  readonly myid: Sid
  readonly servers: readonly ServerEntry[]
  /** Host in its own entry of its own list: `0.0.0.0`, as the image's sample has it. */
  readonly announce: string
  readonly tickTimeMs: number
  readonly initLimit: number
  readonly syncLimit: number
  readonly maxClientCnxns: number
  readonly whitelist: readonly string[]
  /** Transactions between snapshots, on average three quarters of this. */
  readonly snapCount: number
}

export const ANY_ADDRESS = '0.0.0.0'

function integer(config: Readonly<Record<string, unknown>>, name: string, fallback: number): number {
  const value = config[name]
  return typeof value === 'number' && Number.isInteger(value) ? value : fallback
}

/** From a host's scenario settings. Throws when they name no servers or not this one. */
export function readConf(config: Readonly<Record<string, unknown>>): Conf {
  const myid = integer(config, 'myid', 0)
  const given = Array.isArray(config.servers) ? (config.servers as Partial<ServerEntry>[]) : []
  const servers = given.map((one) =>
    Object.freeze({
      id: one.id ?? 0,
      host: one.host ?? '',
      quorumPort: one.quorumPort ?? 2888,
      electionPort: one.electionPort ?? 3888,
      clientPort: one.clientPort ?? 2181,
    }),
  )
  if (!servers.some((one) => one.id === myid)) throw new Error(`My id ${myid} not in the peer list`)
  return Object.freeze({
    myid,
    servers: Object.freeze(servers),
    announce: typeof config.announce === 'string' ? config.announce : ANY_ADDRESS,
    tickTimeMs: integer(config, 'tickTimeMs', 2000),
    initLimit: integer(config, 'initLimit', 5),
    syncLimit: integer(config, 'syncLimit', 2),
    maxClientCnxns: integer(config, 'maxClientCnxns', 60),
    whitelist: Object.freeze(Array.isArray(config.whitelist) ? (config.whitelist as string[]).slice() : ['srvr']),
    snapCount: integer(config, 'snapCount', 100_000),
  })
}

export const entryOf = (conf: Conf, sid: Sid): ServerEntry | undefined => conf.servers.find((one) => one.id === sid)
export const ownEntry = (conf: Conf): ServerEntry => entryOf(conf, conf.myid)!
/** More than half. */
export const isQuorum = (conf: Conf, count: number): boolean => count > Math.floor(conf.servers.length / 2)

/** Server ids in the order of a Java HashMap of longs. */
export function sidOrder(sids: readonly Sid[]): Sid[] {
  let capacity = 16
  while (sids.length > capacity * 0.75) capacity *= 2
  return sids.slice().sort((a, b) => (a & (capacity - 1)) - (b & (capacity - 1)) || a - b)
}
export const voters = (conf: Conf): Sid[] => sidOrder(conf.servers.map((one) => one.id))

/** `zoo1:2888:3888:participant;0.0.0.0:2181` */
export const serverText = (conf: Conf, one: ServerEntry): string =>
  `${one.id === conf.myid ? conf.announce : one.host}:${one.quorumPort}:${one.electionPort}:participant;${ANY_ADDRESS}:${one.clientPort}`

/** One line a server, then the version, without an end of line. `version` is a zxid. */
export function configText(conf: Conf, version = 0): string {
  const lines = voters(conf).map((sid) => `server.${sid}=${serverText(conf, entryOf(conf, sid)!)}`)
  return `${lines.join('\n')}\nversion=${version.toString(16)}`
}

export const configVersion = (text: string): number => parseInt(/version=([0-9a-f]+)/.exec(text)?.[1] ?? '0', 16)
/** The host by which a configuration text calls a server. */
export const configHost = (text: string, sid: Sid): string | undefined => new RegExp(`^server\\.${sid}=([^:]*):`, 'm').exec(text)?.[1]
