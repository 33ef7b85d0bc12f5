// The ZooKeeper protocols: client messages, error codes, zxids; what servers say to each other; transactions; sizes.
export * from './messages.ts'
export * from './peers.ts'
export * from './txn.ts'
export * from './sizes.ts'
export * from './text.ts'
