// The cluster: scenarios, the World they make, the engine that runs it, and the registry of what there is.
export type { Action } from './action.ts'
export { createWorld, type Scenario, type ScenarioHost } from './scenario.ts'
export { ClusterEngine, CLICKS, renderLog } from './engine.ts'
export { runActions } from './run.ts'
export { kinds, programs, images } from './registry.ts'
export { costs } from './costs.ts'
export { exportDisk, persistentZnodes, type ExportedDisk, type ExportedFile } from './disk-export.ts'
