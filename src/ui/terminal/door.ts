// What the terminal asks of the simulation and src/sim/index.ts does not hand out yet: the only file here that looks past that door.

/* eslint-disable playground/import-directions -- to be src/sim/index.ts's, under these names */
export { complete as completeShell, type CompletionQuery, type ShellState } from '../../sim/shell/index.ts'
export { complete as completeZkShell, type ZkShellState } from '../../sim/apps/zk-shell/index.ts'
export { programs } from '../../sim/cluster/index.ts'
