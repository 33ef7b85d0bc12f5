// Port 2181 in words: requests, answers and watch events between ZooKeeper and its clients.

import { zkErrorName, zxidWords, type Stat, type ZkMessage, type ZkOp, type ZkResult } from '../../src/sim/zookeeper/protocol/index.ts'
import { cut, latency, type Capture, type Passed } from './line.ts'

export const dataText = (data: string | null): string => (data === null ? 'null' : cut(data))

const createMode = (op: Extract<ZkOp, { op: 'create' }>): string =>
  op.sequential ? (op.ephemeral ? 'ephemeral_sequential' : 'sequential') : op.ephemeral ? 'ephemeral' : 'persistent'

/** An operation without its name: path, flags, data. */
export function operands(op: ZkOp): string {
  switch (op.op) {
    case 'create':
      return `${op.path} ${createMode(op)} ${dataText(op.data)}`
    case 'setData':
      return `${op.path} v=${op.version} ${dataText(op.data)}`
    case 'delete':
    case 'check':
    case 'setACL':
      return `${op.path} v=${op.version}`
    case 'exists':
    case 'getData':
    case 'getChildren':
    case 'getChildren2':
      return op.path + (op.watch ? ' watch' : '')
    case 'getACL':
    case 'sync':
      return op.path
    case 'multi':
      return `[${op.ops.map((one) => `${one.op} ${operands(one)}`).join('; ')}]`
    case 'auth':
      return op.scheme
    case 'setWatches':
      return `since ${zxidWords(op.relativeZxid)} data=[${op.data.join(', ')}] exist=[${op.exist.join(', ')}] child=[${op.child.join(', ')}]`
    case 'reconfig':
    case 'ping':
    case 'closeSession':
      return ''
  }
}

const statText = (stat: Stat, capture: Capture): string =>
  `v=${stat.version} cv=${stat.cversion} kids=${stat.numChildren} len=${stat.dataLength} mzxid=${zxidWords(stat.mzxid)}` +
  (stat.ephemeralOwner === '0' ? '' : ` owner=${capture.sessionName(stat.ephemeralOwner)}`)

/** A broker's registration, 194 bytes of JSON, is named by its host. */
function answerData(data: string | null): string {
  const host = data !== null && /^\{"listener_security_protocol_map".*("host":"[^"]*")/.exec(data)?.[1]
  return host ? `{…${host}…}` : dataText(data)
}

function resultText(result: ZkResult, capture: Capture): string {
  if (result.results) {
    const parts = result.results.map((one) => {
      if (result.results!.some((r) => r.err !== 0)) return `error ${zkErrorName(one.err)}`
      if (one.op === 'create') return `create ${one.path ?? ''}`
      return one.stat ? `${one.op} ${statText(one.stat, capture)}` : one.op
    })
    return `[${parts.join('; ')}]`
  }
  const parts: string[] = []
  if (result.path !== undefined) parts.push(result.path)
  if (result.data !== undefined) parts.push(answerData(result.data))
  if (result.children) parts.push(`[${result.children.join(',')}]`)
  if (result.acl) parts.push(`[${result.acl.map((a) => `${a.scheme}:${a.id}:${a.perms}`).join(',')}]`)
  if (result.stat) parts.push(statText(result.stat, capture))
  return parts.join(' ')
}

/** `> getData xid=30  /kafka/controller watch`; `< create xid=1 20.2ms zxid=1:2 ok  /kafka`; `< WATCH  NodeCreated /kafka/controller`. */
export function formatZk(message: ZkMessage, passed: Passed, capture: Capture): string {
  switch (message.kind) {
    case 'connect': {
      const session = message.sessionId === '0' ? 'new' : capture.sessionName(message.sessionId)
      return `> connect  timeout=${message.timeoutMs} session=${session} lastZxid=${zxidWords(message.lastZxidSeen)} readOnly=${message.readOnly ? 'yes' : 'no'}`
    }
    case 'connected': {
      const session = message.timeoutMs === 0 ? 'expired' : capture.sessionName(message.sessionId)
      return `< connect ${latency(capture, passed)} session=${session} timeout=${message.timeoutMs}`
    }
    case 'watch':
      return `< WATCH  ${message.type} ${message.path}`
    case 'reply': {
      const head = `< ${message.of} `
      if (message.of === 'ping') return `${head}${latency(capture, passed)}zxid=${zxidWords(message.zxid)}`
      const result = message.err === 0 && message.result ? resultText(message.result, capture) : ''
      return `${head}xid=${message.xid} ${latency(capture, passed)}zxid=${zxidWords(message.zxid)} ${zkErrorName(message.err)}${result === '' ? '' : `  ${result}`}`
    }
    default:
      return message.kind === 'ping' ? '> ping' : `> ${message.kind} xid=${message.xid}  ${operands(message.request)}`
  }
}
