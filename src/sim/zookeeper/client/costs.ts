// The client's own time costs.

/** name -> [min, max] microseconds. */
export const costs: Readonly<Record<string, readonly [number, number]>> = {
  /** How much later than asked the library's select returns: idle pings come every 2.002 s (2.000 to 2.005). */
  'zk.client.wake': [300, 3300],
}
