// kafka-configs.sh --bootstrap-server: settings of brokers, asked of the broker itself (admin/ConfigCommand.scala, processBrokerConfig, at 2.3.0).
import { deepFreeze, type Micros, plus, seconds } from '../../base/index.ts'
import {
  alterConfigs,
  describeConfigs,
  fail,
  proc,
  type ConfigEntry,
  type Failure,
  type Outcome,
  type Proc,
} from '../../kafka/client/index.ts'
import { javaHash, javaMapOrder, scalaOrder } from '../../kafka/protocol/index.ts'
import { failWith, loadProperties, throwableText, type Options, type ToolState } from '../kafka-tools/index.ts'
import { configsToAdd, configsToDelete } from './configs.ts'
import { bufferText } from './options.ts'
import { optionsOf } from './reading.ts'

const ILLEGAL = 'java.lang.IllegalArgumentException'
const INVALID = 'org.apache.kafka.common.errors.InvalidConfigurationException'
/** What the tool waits for a description. */
const DESCRIBE_WAIT = seconds(30)

/** What came by a future, as its `get` throws it. */
const execution = (failure: Failure): never =>
  failWith({ type: 'java.util.concurrent.ExecutionException', message: throwableText(failure), cause: failure })

/** The broker that is meant, empty for the default of all; fails when it is none. */
export function brokerName(options: Options): string {
  const name = options.has('entity-name') ? options.value('entity-name')! : ''
  if (!options.has('entity-name') && !options.has('entity-default'))
    fail(ILLEGAL, 'At least one of --entity-name or --entity-default must be specified with --bootstrap-server')
  const types = options.all('entity-type')
  if (types.length !== 1) fail(ILLEGAL, 'Exactly one --entity-type must be specified with --bootstrap-server')
  if (types[0] !== 'brokers') fail(ILLEGAL, `--zookeeper option must be specified for entity-type ${bufferText(types)}`)
  return name
}

/** The settings that were made while the broker ran. */
const dynamicConfig: Proc<{ name: string; synonyms: boolean; until?: Micros }, ConfigEntry[]> = proc<
  ToolState,
  { name: string; synonyms: boolean; until?: Micros },
  ConfigEntry[]
>(
  'kafka-configs.dynamicConfig',
  [
    (t) => {
      t.vars.until = plus(t.ctx.now, DESCRIBE_WAIT)
      return t.call(describeConfigs, { resources: [{ type: 'broker', name: t.vars.name }], synonyms: t.vars.synonyms })
    },
    (t) => {
      // The tool gives up after half a minute, but its client ends only with the call.
      if (t.ctx.now >= t.vars.until!) fail('java.util.concurrent.TimeoutException', '')
      const [outcome] = t.value as Outcome<ConfigEntry[]>[]
      if (outcome!.failure !== null) return execution(outcome!.failure)
      const source = t.vars.name === '' ? 'DYNAMIC_DEFAULT_BROKER_CONFIG' : 'DYNAMIC_BROKER_CONFIG'
      return t.return(deepFreeze(outcome!.value!.filter((entry) => entry.source === source)))
    },
  ],
  (t, failure) => {
    if (failure.type === ILLEGAL || failure.type.endsWith('.NumberFormatException')) return undefined
    if (t.ctx.now >= t.vars.until!) return fail('java.util.concurrent.TimeoutException', '')
    return failure.type.startsWith('java.util.concurrent.') ? undefined : execution(failure)
  },
)

export const describeBroker: Proc<object, void> = proc<ToolState, object, void>('kafka-configs.describeBroker', [
  (t) => t.call(dynamicConfig, { name: brokerName(optionsOf(t)), synonyms: true }),
  (t) => {
    const name = brokerName(optionsOf(t))
    t.ctx.print(name === '' ? 'Default config for brokers in the cluster are:\n' : `Configs for broker ${name} are:\n`)
    for (const entry of t.value as ConfigEntry[]) {
      const synonyms = entry.synonyms.map((s) => `${s.source}:${s.name}=${s.value}`).join(', ')
      t.ctx.print(`  ${entry.name}=${entry.value} sensitive=${entry.sensitive} synonyms={${synonyms}}\n`)
    }
  },
])

interface AlterVars {
  name?: string
}
export const alterBroker: Proc<AlterVars, void> = proc<ToolState, AlterVars, void>('kafka-configs.alterBroker', [
  (t) => {
    const options = optionsOf(t)
    t.vars.name = brokerName(options)
    configsToAdd(options)
    return t.call(dynamicConfig, { name: t.vars.name, synonyms: false })
  },
  (t) => {
    const options = optionsOf(t)
    const [added, deleted] = [configsToAdd(options), configsToDelete(options)]
    const old = (t.value as ConfigEntry[]).map(({ name, value }) => ({ name, value }))
    const invalid = deleted.filter((name) => !old.some((entry) => entry.name === name))
    if (invalid.length > 0) fail(INVALID, `Invalid config(s): ${invalid.join(',')}`)
    const kept = old.map((entry) => ({ name: entry.name, value: added.find(([name]) => name === entry.name)?.[1] ?? entry.value }))
    const fresh = added.filter(([name]) => !old.some((entry) => entry.name === name)).map(([name, value]) => ({ name, value }))
    const all = scalaOrder([...kept, ...fresh], ({ name }) => javaHash(name)).filter(({ name }) => !deleted.includes(name))
    const hidden = all.filter(({ value }) => value === null).map(({ name }) => name)
    if (hidden.length > 0) {
      const what = 'All sensitive broker config entries must be specified for --alter, missing entries'
      fail(INVALID, `${what}: Set(${hidden.join(', ')})`)
    }
    const entries = javaMapOrder(all, ({ name }) => javaHash(name))
    return t.call(alterConfigs, { resources: [{ type: 'broker', name: t.vars.name!, entries }], validateOnly: false })
  },
  (t) => {
    const [outcome] = t.value as Outcome<void>[]
    if (outcome!.failure !== null) return execution(outcome!.failure)
    const { name } = t.vars
    t.ctx.print(
      name === '' ? 'Completed updating default config for brokers in the cluster,\n' : `Completed updating config for broker: ${name}.\n`,
    )
    return undefined
  },
])

/** Settings of the admin client in a file; fails when it cannot be read. */
export function checkCommandConfig(
  t: { readonly ctx: { readonly files: { read(path: string): string | undefined } } },
  options: Options,
): void {
  const path = options.value('command-config')
  if (path !== undefined) loadProperties(t.ctx.files, path)
}
