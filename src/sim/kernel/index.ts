// The kernel: the World's shape, the event queue and its step, processes as handlers, the trace. It knows nothing of Kafka.
export type * from './world.ts'
export type * from './process.ts'
