// The network: links that can be cut, slowed and made lossy, and TCP connections over them.
export { linkKey, linkBetween, openLink, isReachable } from './links.ts'
export { connect, send, close, closeAll, handleSyn, handleSynTimeout, arrives, isWire, heal, forgetHeld, portKey } from './connections.ts'
