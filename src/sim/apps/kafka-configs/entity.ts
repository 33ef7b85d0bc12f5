// Whose settings are meant: a topic, a broker, a client, a user, a user's client; or all of a kind, or their default (admin/ConfigCommand.scala, Entity, at 2.3.0).
import { DEFAULT_ENTITY, fail, type ConfigType } from '../../kafka/client/index.ts'
import type { Options } from '../kafka-tools/index.ts'

export interface Entity {
  readonly type: ConfigType
  /** As its znode is called; null means all. */
  readonly name: string | null
}
export interface ConfigEntity {
  readonly root: Entity
  /** The client of a user. */
  readonly child: Entity | null
}
/** The path of its znode below its type. */
export const fullName = ({ root, child }: ConfigEntity): string =>
  (root.name ?? '') + (child === null ? '' : `/${child.type}${child.name === null ? '' : `/${child.name}`}`)

const TYPE_NAMES: Readonly<Record<ConfigType, string>> = {
  users: 'user-principal',
  clients: 'client-id',
  topics: 'topic',
  brokers: 'brokers',
}
function entityText({ type, name }: Entity): string {
  if (name === null) return type
  if (name === DEFAULT_ENTITY) return `default ${TYPE_NAMES[type]}`
  return `${TYPE_NAMES[type]} '${type === 'users' || type === 'clients' ? desanitize(name) : name}'`
}
/** As the tool calls it: `topic 'logs'`, `user-principal 'me', client-id 'mine'`. */
export const describeEntity = ({ root, child }: ConfigEntity): string => entityText(root) + (child === null ? '' : `, ${entityText(child)}`)

/** A name as ZooKeeper and JMX can take it (common/utils/Sanitizer.java). */
export const sanitize = (name: string): string =>
  encodeURIComponent(name).replace(/[!'()*~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
export function desanitize(name: string): string {
  try {
    return decodeURIComponent(name.replace(/\+/g, ' '))
  } catch {
    return name
  }
}

/** Reads the entity off checked options; fails the thread when names are missing. */
export function parseEntity(options: Options): ConfigEntity {
  const types = options.all('entity-type') as readonly ConfigType[]
  if (types[0] === 'users' || types[0] === 'clients') return quotaEntity(options, types)
  const named = options.has('entity-name') ? options.value('entity-name')! : null
  const isDefault = types[0] === 'brokers' && options.has('entity-default')
  return { root: { type: types[0]!, name: named ?? (isDefault ? DEFAULT_ENTITY : null) }, child: null }
}
/** Users and clients: the names, and the empty one for a default, go with the types in their order. */
function quotaEntity(options: Options, types: readonly ConfigType[]): ConfigEntity {
  const given = options.all('entity-name').slice()
  const names = options.order.flatMap((name) => (name === 'entity-name' ? [given.shift()!] : name === 'entity-default' ? [''] : []))
  if (options.has('alter') && names.length !== types.length) {
    const what = '--entity-name or --entity-default must be specified with each --entity-type for --alter'
    fail('java.lang.IllegalArgumentException', what)
  }
  const reverse = types.length === 2 && types[0] === 'clients'
  const sortedTypes = reverse ? types.slice().reverse() : types
  const sortedNames = reverse && names.length === 2 ? names.slice().reverse() : names
  const entities = sortedTypes.map((type, i): Entity => {
    const name = sortedNames[i]
    return { type, name: name === undefined ? null : name === '' ? DEFAULT_ENTITY : sanitize(name) }
  })
  return { root: entities[0]!, child: entities[1] ?? null }
}
