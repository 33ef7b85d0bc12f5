// The kernel: the World's shape, the event queue and its step, processes as handlers, slices, fingerprints. It knows nothing of Kafka.
export type * from './world.ts'
export type * from './process.ts'
export { Slices, copyPlain, type Grain, type SliceMode } from './slices.ts'
export { Engine, RUN_LIMIT, type EngineOptions, type Observer } from './engine.ts'
export { FileTree } from './file-tree.ts'
export { BLOCK, bytesOnDisk, DiskError, type DiskProblem } from './disk.ts'
export { fingerprint } from './fingerprint.ts'
