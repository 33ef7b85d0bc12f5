// Time costs of the controller.

/** name -> [min, max] microseconds. */
export const costs: Readonly<Record<string, readonly [number, number]>> = {
  /** From a ZooKeeper answer to the blocked thread's next step. */
  'kafka.zookeeper.wake': [500, 2200],
  // Steps of an election and a failover, in their order; `.cold` while the broker itself is still starting.
  'kafka.controller.elect': [200, 24_000],
  'kafka.controller.elect.cold': [11_000, 14_000],
  'kafka.controller.epoch': [300, 24_000],
  'kafka.controller.epoch.cold': [4000, 6500],
  'kafka.controller.take': [800, 2500],
  'kafka.controller.take.cold': [23_000, 29_000],
  'kafka.controller.register': [500, 2500],
  'kafka.controller.register.cold': [8000, 11_000],
  'kafka.controller.step': [300, 1500],
  'kafka.controller.step.cold': [4500, 6500],
  /** Between reading brokers and topics. */
  'kafka.controller.topics': [1500, 4000],
  'kafka.controller.topics.cold': [55_000, 65_000],
  'kafka.controller.states': [800, 3500],
  'kafka.controller.states.cold': [6000, 9000],
  'kafka.controller.channels': [11_000, 17_000],
  'kafka.controller.channels.cold': [13_000, 18_000],
  'kafka.controller.deletions': [500, 2500],
  'kafka.controller.deletions.cold': [4500, 6500],
  'kafka.controller.update': [6000, 10_000],
  'kafka.controller.update.cold': [25_000, 32_000],
  /** The state machines begin. */
  'kafka.controller.machines': [6000, 10_000],
  'kafka.controller.machines.cold': [15_000, 21_000],
  /** An event's slowness in thousandths is the product of two of these: its spread is that of real fail-overs. */
  'kafka.controller.pace': [1000, 3400],
  /** From partitions' states, read, to those written. */
  'kafka.controller.decide': [2000, 8000],
  'kafka.controller.decide.cold': [8000, 14_000],
  /** From there to the requests that tell of them. */
  'kafka.controller.requests': [2000, 8000],
  'kafka.controller.requests.cold': [8000, 14_000],
  'kafka.controller.broker-change': [6000, 25_000],
  'kafka.controller.broker-change.cold': [15_000, 40_000],
  /** A send thread wakes up, on a connection that it must first open, or has. */
  'kafka.controller.first-send': [500, 6000],
  'kafka.controller.send': [400, 2500],
}
