// zk-shell's time costs.

/** name -> [min, max] microseconds. */
export const costs: Readonly<Record<string, readonly [number, number]>> = {
  /** From the command to Python's first line of output: interpreter, imports. */
  'zk-shell.start': [180_000, 420_000],
  /** What the interpreter takes for one line. */
  'zk-shell.command': [150, 700],
}
