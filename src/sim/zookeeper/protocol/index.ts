// The ZooKeeper client protocol: shapes, error codes, zxids.
export * from './messages.ts'
