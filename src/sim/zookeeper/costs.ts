// How long a ZooKeeper server takes for what it does, in microseconds, least and most. Measured on the real cluster (reference/recordings/wire) where a message tells.

export const costs: Readonly<Record<string, readonly [min: number, max: number]>> = {
  /** From the container's start to the first connection. */
  'jvm.start.zookeeper': [900_000, 1_100_000],
  /** A vote or a hello, from what causes it. */
  'zk.elect': [400, 9_000],
  /** From the election's end to the open port 2888. */
  'zk.leader.open': [60_000, 120_000],
  /** From the election's end to the first attempt to connect to the leader. */
  'zk.follower.connect': [1_000, 15_000],
  /** From the quorum's last acknowledgement to serving. */
  'zk.leader.start': [4_000, 14_000],
  /** From the loss of a leader or a quorum to looking for a new one. */
  'zk.shutdown': [12_000, 30_000],
  'zk.discover': [400, 3_000],
  'zk.sync': [1_500, 5_000],
  /** Forcing the transaction log to disk. */
  'zk.fsync': [300, 1_700],
  /** A follower hands a request to its leader. */
  'zk.forward': [250, 800],
  'zk.propose': [200, 700],
  'zk.commit': [60, 400],
  /** From a commit to the client's answer. */
  'zk.apply': [250, 1_200],
  'zk.watch': [150, 700],
  'zk.read': [200, 900],
  'zk.ping': [60, 400],
  'zk.word': [200, 1_500],
}
