// The end of a session's set-up: the answer to a connect request (ZooKeeperServer.finishSessionInit at release-3.5.5).

import type { ConnId, Context } from '../../kernel/index.ts'
import { CONNECT_RESPONSE_BYTES, type ConnectResponse } from '../protocol/index.ts'
import type { ZkServer } from '../state.ts'
import { closeClient, countSent, sayClient } from './answers.ts'
import { NO_PASSWORD, passwordOf } from './sessions.ts'

/** Tells a client its session, or that it is gone: then the connection ends. */
export function finishHandshake(ctx: Context, s: ZkServer, conn: ConnId, valid: boolean): void {
  const client = s.clients[conn]
  if (!client) return
  const { session } = client
  const response: ConnectResponse = {
    proto: 'zk',
    kind: 'connected',
    timeoutMs: valid ? client.timeoutMs : 0,
    sessionId: valid ? session : '0',
    password: valid ? passwordOf(session) : NO_PASSWORD,
  }
  countSent(s, client)
  ctx.send(conn, response, { bytes: CONNECT_RESPONSE_BYTES, after: ctx.cost('zk.apply') })
  if (valid) {
    s.connOf[session] = conn
    client.receiving = true
    s.ready.push(conn)
    return
  }
  sayClient(ctx, s, 'INFO', 'ZooKeeperServer@762', `Invalid session 0x${session} for client /${client.ip}:${client.port}, probably expired`)
  closeClient(ctx, s, conn)
}
