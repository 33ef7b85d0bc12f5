// A server's start: the entry script, the JVM, what is read from disk, the ports (QuorumPeerMain, QuorumPeer.start at release-3.5.5).

import type { Context } from '../kernel/index.ts'
import { ownEntry } from './conf.ts'
import { say } from './console.ts'
import { readEpoch, restore, writeConfiguration, writeEpoch } from './disk.ts'
import { startElection } from './election/election.ts'
import { hexZxid, zxidEpoch } from './protocol/index.ts'
import type { ZkServer } from './state.ts'

/** The container's command runs; the JVM takes its time. */
export function startServer(ctx: Context, s: ZkServer): void {
  writeConfiguration(ctx, s.conf)
  ctx.log('console', '', '', 'ZooKeeper JMX enabled by default')
  ctx.log('console', '', '', 'Using config: /conf/zoo.cfg')
  ctx.timer('boot', ctx.cost('jvm.start.zookeeper'))
}

/** The server itself: loads its database, opens its ports, looks for a leader. Exits with 1 when its epochs do not fit together. */
export function bootServer(ctx: Context, s: ZkServer): void {
  const { conf } = s
  sayBoot(ctx, s)
  const main = (where: string, text: string): void => say(ctx, 'INFO', conf.myid, 'main', where, text)
  const snapshot = restore(ctx, s)
  if (snapshot === undefined) main('FileTxnSnapLog@372', 'Snapshotting: 0x0 to /data/version-2/snapshot.0')
  else main('FileSnap@83', `Reading snapshot ${snapshot}`)
  const epochOfZxid = zxidEpoch(s.tree.lastZxid)
  for (const [name, where] of [
    ['currentEpoch', 'QuorumPeer@931'],
    ['acceptedEpoch', 'QuorumPeer@946'],
  ] as const) {
    const epoch = readEpoch(ctx, name)
    if (epoch !== undefined) {
      s[name] = epoch
      continue
    }
    main(
      where,
      `${name} not found! Creating with a reasonable default of ${epochOfZxid}. This should only happen when you are upgrading your installation`,
    )
    writeEpoch(ctx, s, name, epochOfZxid)
  }
  const problem =
    epochOfZxid > s.currentEpoch
      ? `The current epoch, ${s.currentEpoch.toString(16)}, is older than the last zxid, ${s.tree.lastZxid}`
      : s.acceptedEpoch < s.currentEpoch
        ? `The accepted epoch, ${s.acceptedEpoch.toString(16)} is less than the current epoch, ${s.currentEpoch.toString(16)}`
        : undefined
  if (problem !== undefined) {
    say(ctx, 'ERROR', conf.myid, 'main', 'QuorumPeer@960', `Unable to load database on disk\njava.io.IOException: ${problem}`)
    ctx.exit(1)
    return
  }
  const own = ownEntry(conf)
  ctx.listen(own.clientPort)
  main('JettyAdminServer@112', 'Started AdminServer on address 0.0.0.0, port 8080 and command URL /commands')
  ctx.listen(own.electionPort)
  const address = conf.announce === own.host ? `${own.host}/${ctx.ip}` : `/${conf.announce}`
  say(ctx, 'INFO', conf.myid, 'ListenerThread', 'QuorumCnxManager$Listener@881', `My election bind port: ${address}:${own.electionPort}`)
  s.up = true
  s.vote = { leader: conf.myid, zxid: s.tree.lastZxid, round: -1, peerEpoch: s.currentEpoch }
  ctx.note('zk.started', ctx.host, { myid: conf.myid, zxid: hexZxid(s.tree.lastZxid), epoch: s.currentEpoch })
  startElection(ctx, s)
}

function sayBoot(ctx: Context, s: ZkServer): void {
  const { conf } = s
  const own = ownEntry(conf)
  const early = (where: string, text: string): void => say(ctx, 'INFO', '', 'main', where, text)
  early('QuorumPeerConfig@133', 'Reading configuration from: /conf/zoo.cfg')
  early('QuorumPeerConfig@375', 'clientPort is not set')
  early('QuorumPeerConfig@389', 'secureClientPort is not set')
  const main = (where: string, text: string): void => say(ctx, 'INFO', conf.myid, 'main', where, text)
  main('DatadirCleanupManager@78', 'autopurge.snapRetainCount set to 3')
  main('DatadirCleanupManager@79', 'autopurge.purgeInterval set to 0')
  main('DatadirCleanupManager@101', 'Purge task is not scheduled.')
  main('ManagedUtil@46', 'Log4j found with jmx enabled.')
  main('QuorumPeerMain@141', 'Starting quorum peer')
  main('ServerCnxnFactory@135', 'Using org.apache.zookeeper.server.NIOServerCnxnFactory as server connection factory')
  const nio = '1 selector thread(s), 8 worker threads, and 64 kB direct buffers.'
  main('NIOServerCnxnFactory@673', `Configuring NIO connection handler with 10s sessionless connection timeout, ${nio}`)
  main('NIOServerCnxnFactory@686', `binding to port /0.0.0.0:${own.clientPort}`)
  main('QuorumPeer@1488', 'Local sessions disabled')
  main('QuorumPeer@1499', 'Local session upgrading disabled')
  main('QuorumPeer@1466', `tickTime set to ${conf.tickTimeMs}`)
  main('QuorumPeer@1510', `minSessionTimeout set to ${conf.tickTimeMs * 2}`)
  main('QuorumPeer@1521', `maxSessionTimeout set to ${conf.tickTimeMs * 20}`)
  main('QuorumPeer@1536', `initLimit set to ${conf.initLimit}`)
  main('ZKDatabase@117', 'zookeeper.snapshotSizeFactor = 0.33')
  main('QuorumPeer@1781', 'Using insecure (non-TLS) quorum communication')
  main('QuorumPeer@1787', 'Port unification disabled')
  main('QuorumPeer@2154', 'QuorumPeer communication is not secured! (SASL auth disabled)')
  main('QuorumPeer@2183', 'quorum.cnxn.threads.size set to 20')
}
