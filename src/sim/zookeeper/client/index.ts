// The ZooKeeper client that brokers and tools embed. One door for both styles; the state is plain data inside the embedding process's own.

import type { Context, Input } from '../../kernel/index.ts'
import type { ZkOp } from '../protocol/index.ts'
import type { ZkClientApi, ZkEvent } from './contract.ts'
import { closeJava, handleJava, requestJava, startJava } from './java.ts'
import { closeKazoo, dropKazoo, handleKazoo, requestKazoo, startKazoo } from './kazoo.ts'
import { note, timerKey, zkClient, type RequestOptions, type ZkClientState } from './state.ts'

export type { ZkClientOptions, ZkEvent, ZkClientApi } from './contract.ts'
export type { ZkClientState } from './state.ts'
export { zkClient } from './state.ts'
export { zkClientMachine, type ClientStateEvent, type ClientStateName } from './statechart.ts'
export { clientView, type ClientView } from './queries.ts'
export { costs } from './costs.ts'

/** Begins to connect. Also after `expired`/`closed`: a new session. Returns what comes of it at once: kazoo, when no name resolves, is `closed` right away. */
export function zkStart(ctx: Context, zk: ZkClientState): ZkEvent[] {
  if (zk.options.style === 'kazoo') return startKazoo(ctx, zk)
  startJava(ctx, zk)
  return []
}

/** Feed every input of the process; undefined when it was not for this client, else what came of it (possibly nothing). */
export function zkHandle(ctx: Context, zk: ZkClientState, input: Input): ZkEvent[] | undefined {
  switch (input.type) {
    case 'open':
    case 'refused':
    case 'message':
    case 'closed':
      if (zk.conn === 0 || input.conn !== zk.conn) return undefined
      break
    case 'timer':
      if (!input.key.startsWith(timerKey(zk, ''))) return undefined
      break
    default:
      return undefined
  }
  return zk.options.style === 'kazoo' ? handleKazoo(ctx, zk, input) : handleJava(ctx, zk, input)
}

/**
 * Queues an operation (sent when connected, in order). Paths are relative to the chroot; `tag` is plain data. False, doing nothing, after expiry or close; in kazoo style
 * also while there is no connection.
 */
export function zkRequest(ctx: Context, zk: ZkClientState, op: ZkOp, tag: unknown, options?: RequestOptions): boolean {
  return zk.options.style === 'kazoo' ? requestKazoo(ctx, zk, op, tag, options) : requestJava(ctx, zk, op, tag, options)
}

/** closeSession, then the connection; `closed` follows. */
export function zkClose(ctx: Context, zk: ZkClientState): void {
  if (zk.options.style === 'kazoo') closeKazoo(ctx, zk)
  else closeJava(ctx, zk)
}

/** The program ends without a closeSession: its session is left to expire. */
export function zkLeave(ctx: Context, zk: ZkClientState): void {
  if (zk.value === 'CONNECTED') note(ctx, zk, 'client.left')
}

/** kazoo style only: breaks the connection, which is then made anew. */
export function zkDrop(ctx: Context, zk: ZkClientState): ZkEvent[] {
  return zk.options.style === 'kazoo' ? dropKazoo(ctx, zk) : []
}

const api: ZkClientApi<ZkClientState> = { zkClient, zkStart, zkHandle, zkRequest, zkClose }
void api
