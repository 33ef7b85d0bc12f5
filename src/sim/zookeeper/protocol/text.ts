// Transactions and errors in words, for traces, logs and the printed wire.

import { ERR, zxidCounter, zxidEpoch, type Zxid } from './messages.ts'
import type { TxnBody } from './txn.ts'

const ERROR_NAMES: Readonly<Record<number, string>> = Object.freeze(
  Object.fromEntries(Object.entries(ERR).map(([name, code]) => [code, name === 'ok' ? 'ok' : name[0]!.toUpperCase() + name.slice(1)])),
)

/** `NodeExists` for -110, `ok` for 0; the number for a code without a name. */
export const zkErrorName = (err: number): string => ERROR_NAMES[err] ?? String(err)

/** `1:27`: epoch and counter; a negative zxid stands for none. */
export const zxidWords = (zxid: Zxid): string => (zxid < 0 ? String(zxid) : `${zxidEpoch(zxid)}:${zxidCounter(zxid)}`)

/** `create /kafka persistent null parentCv=1`, as recordings of the wire print a transaction. */
export function txnWords(body: TxnBody, data: (text: string | null) => string = (text) => text ?? 'null'): string {
  switch (body.op) {
    case 'create':
      return `create ${body.path} ${body.ephemeral ? 'ephemeral' : 'persistent'} ${data(body.data)} parentCv=${body.parentCversion}`
    case 'delete':
      return `delete ${body.path}`
    case 'setData':
      return `setData ${body.path} v=${body.version} ${data(body.data)}`
    case 'setACL':
    case 'check':
      return `${body.op} ${body.path} v=${body.version}`
    case 'error':
      return `error ${zkErrorName(body.err)}`
    case 'createSession':
      return `createSession timeout=${body.timeoutMs}`
    case 'closeSession':
      return 'closeSession'
    case 'multi':
      return `multi [${body.txns.map((one) => txnWords(one, data)).join('; ')}]`
  }
}
