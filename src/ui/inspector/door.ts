// What the inspector asks of the simulation and src/sim/index.ts does not hand out yet: the only file here that looks past that door.

/* eslint-disable playground/import-directions -- to be src/sim/index.ts's, under these names */
export { brokerMachine, brokerStateOf, brokerView, controllerMachine } from '../../sim/kafka/broker/index.ts'
export { clientView, zkClientMachine, type ZkClientState } from '../../sim/zookeeper/client/index.ts'
export type { ZkShellState } from '../../sim/apps/zk-shell/index.ts'
