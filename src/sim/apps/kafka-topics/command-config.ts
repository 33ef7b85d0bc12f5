// --command-config: settings of the admin client from a properties file (java.util.Properties.load; clients/admin/AdminClientConfig.java at 2.3.0).
import { fail, toolLogLine } from '../../kafka/client/index.ts'
import { javaHash, javaMapOrder } from '../../kafka/protocol/index.ts'
import type { Context } from '../../kernel/index.ts'

/** Names and values of a properties file; later ones win. */
export function parseProperties(text: string): Readonly<Record<string, string>> {
  const out: Record<string, string> = {}
  // A backslash at the end goes on in the next line, whose indentation does not count.
  const lines = text.replace(/\r\n?/g, '\n').replace(/(^|[^\\])((?:\\\\)*)\\\n[ \t\f]*/g, '$1$2')
  for (const line of lines.split('\n')) {
    const match = /^[ \t\f]*((?:\\.|[^\\=: \t\f])*)[ \t\f]*[=:]?[ \t\f]*(.*)$/.exec(line)!
    if (/^[ \t\f]*([#!]|$)/.test(line)) continue
    out[unescape(match[1]!)] = unescape(match[2]!)
  }
  return out
}
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f' }
const unescape = (text: string): string =>
  text.replace(/\\(u[0-9a-fA-F]{4}|.)/g, (_, c: string) =>
    c.length > 1 ? String.fromCharCode(parseInt(c.slice(1), 16)) : (ESCAPES[c] ?? c),
  )

/** Settings that change nothing that could be seen here. */
const SILENT =
  /^(bootstrap\.servers|client\.dns\.lookup|connections\.max\.idle\.ms|metadata\.max\.age\.ms|metric\.reporters|metrics\..+|(receive|send)\.buffer\.bytes|ssl\..+)$/
/** Settings that would change what it does. */
const KNOWN = /^(client\.id|reconnect\.backoff(\.max)?\.ms|request\.timeout\.ms|retries|retry\.backoff\.ms|sasl\..+|security\.protocol)$/

/** Reads the file. Fails as the real one does when there is none, and when it asks for what is not modelled; warns of names that are no settings. */
export function readCommandConfig(ctx: Context, path: string): void {
  const text = ctx.files.read(path)
  if (text === undefined) {
    if (ctx.files.stat(path) === undefined) fail('java.nio.file.NoSuchFileException', path)
    fail('java.io.IOException', 'Is a directory')
  }
  const settings = parseProperties(text!)
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
