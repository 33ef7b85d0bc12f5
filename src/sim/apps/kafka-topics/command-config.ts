// --command-config: settings of the admin client from a properties file (clients/admin/AdminClientConfig.java at 2.3.0).
import { fail, toolLogLine } from '../../kafka/client/index.ts'
import { javaHash, javaMapOrder } from '../../kafka/protocol/index.ts'
import type { Context } from '../../kernel/index.ts'
import { loadProperties } from '../kafka-tools/index.ts'

/** Settings that change nothing that could be seen here. */
const SILENT =
  /^(bootstrap\.servers|client\.dns\.lookup|connections\.max\.idle\.ms|metadata\.max\.age\.ms|metric\.reporters|metrics\..+|(receive|send)\.buffer\.bytes|ssl\..+)$/
/** Settings that would change what it does. */
const KNOWN = /^(client\.id|reconnect\.backoff(\.max)?\.ms|request\.timeout\.ms|retries|retry\.backoff\.ms|sasl\..+|security\.protocol)$/

/** Reads the file. Fails when there is none, and when it asks for what is not modelled; warns of names that are no settings. */
export function readCommandConfig(ctx: Context, path: string): void {
  const settings = loadProperties(ctx.files, path)
  const names = javaMapOrder(Object.keys(settings), javaHash)
  const asks = names.find((name) => KNOWN.test(name) && !(name === 'security.protocol' && settings[name] === 'PLAINTEXT'))
  if (asks !== undefined) fail(NOT_MODELLED, `--command-config: ${asks} is not modelled`)
  for (const name of names) {
    if (SILENT.test(name) || KNOWN.test(name)) continue
    const what = `The configuration '${name}' was supplied but isn't a known config.`
    ctx.printError(toolLogLine(ctx.wallMs, 'WARN', what, 'org.apache.kafka.clients.admin.AdminClientConfig'))
  }
}
export const NOT_MODELLED = 'not modelled'
