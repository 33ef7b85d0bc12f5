// Time costs of the controller.

/** name -> [min, max] microseconds. */
export const costs: Readonly<Record<string, readonly [number, number]>> = {
  /** From a ZooKeeper answer to the blocked thread's next step. */
  'kafka.zookeeper.wake': [500, 2200],
  'kafka.controller.register': [1000, 4000],
  /** Between reading brokers and topics. */
  'kafka.controller.topics': [2000, 6000],
  'kafka.controller.channels': [8000, 16_000],
  /** Building the first request and starting the state machines. */
  'kafka.controller.machines': [6000, 14_000],
  'kafka.controller.broker-change': [6000, 20_000],
  /** A send thread wakes up, on a connection that it must first open, or has. */
  'kafka.controller.first-send': [500, 6000],
  'kafka.controller.send': [400, 2500],
}
