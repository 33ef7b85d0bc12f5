// The list of brokers that a client begins with (clients/ClientUtils.java at 2.3.0).
import type { Context } from '../../kernel/index.ts'
import { toolLogLine } from './log4j.ts'
import type { Node } from './network-client.ts'
import { fail } from './threads.ts'

const CONFIG = 'org.apache.kafka.common.config.ConfigException'

/** Nodes -1, -2... of `host:port,host:port`; names that do not resolve are left out with a warning. Fails with ConfigException when nothing of the list can be used. */
export function bootstrapNodes(ctx: Context, servers: string): Node[] {
  const nodes: Node[] = []
  for (const url of servers.split(',').map((s) => s.trim())) {
    if (url === '') continue
    const match = /^(?:[a-zA-Z][a-zA-Z0-9+.-]*:\/\/)?\[?([0-9a-zA-Z\-%._:]*)\]?:([0-9]+)$/.exec(url)
    if (!match || match[1] === '') fail(CONFIG, `Invalid url in bootstrap.servers: ${url}`)
    const [host, port] = [match[1]!, Number(match[2])]
    if (ctx.resolve(host) === undefined) {
      const text = `Couldn't resolve server ${url} from bootstrap.servers as DNS resolution failed for ${host}`
      ctx.printError(toolLogLine(ctx.wallMs, 'WARN', text, 'org.apache.kafka.clients.ClientUtils'))
    } else nodes.push({ id: -1 - nodes.length, host, port })
  }
  if (nodes.length === 0) fail(CONFIG, 'No resolvable bootstrap urls given in bootstrap.servers')
  return nodes
}
