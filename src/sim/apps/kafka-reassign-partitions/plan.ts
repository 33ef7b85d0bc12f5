// Plans of partitions and their replicas: as files hold them, what is wrong with them, how they are told (admin/ReassignPartitionsCommand.scala at 2.3.0).
import { ADMIN_OPERATION, fail } from '../../kafka/client/index.ts'
import { javaHash, scalaMutableMapOrder, scalaOrder, tpHash, tpName, type TopicPartition } from '../../kafka/protocol/index.ts'
import { jsonArray, jsonField, jsonInt, jsonObject, jsonString, parseJson, partitionSet, type Replicas } from '../kafka-tools/index.ts'

export const FAILED = 'kafka.common.AdminCommandFailedException'
export const refuse = (message: string): never => fail(FAILED, message)
/** Leaves the choice of a directory to the broker. */
const ANY_LOG_DIR = 'any'

export interface Plan {
  /** In the order of the file; a partition may be named twice. */
  readonly partitions: readonly Replicas[]
  /** Some replica shall lie in a directory that the file names. */
  readonly namesLogDirs: boolean
}

/** The file's value, of the one version there is. */
function parseVersioned(text: string): Readonly<Record<string, unknown>> {
  const value = parseJson(text)
  if (value === undefined) return fail(ADMIN_OPERATION, 'The input string is not a valid JSON')
  const object = jsonObject(value)
  const version = object.version === undefined ? 1 : jsonInt(object.version)
  return version === 1 ? object : fail(ADMIN_OPERATION, `Not supported version field value ${version}`)
}
const list = (value: unknown): readonly unknown[] => (value === undefined ? [] : jsonArray(value))

export function parsePlan(text: string): Plan {
  let namesLogDirs = false
  const partitions = list(parseVersioned(text).partitions).map((item) => {
    const object = jsonObject(item)
    const topic = jsonString(jsonField(object, 'topic'))
    const partition = jsonInt(jsonField(object, 'partition'))
    const replicas = jsonArray(jsonField(object, 'replicas')).map(jsonInt)
    const logDirs = object.log_dirs === undefined ? replicas.map(() => ANY_LOG_DIR) : jsonArray(object.log_dirs).map(jsonString)
    if (replicas.length !== logDirs.length) {
      const sizes = `Size of replicas list List(${replicas.join(', ')}) is different from size of log dirs list List(${logDirs.join(', ')})`
      refuse(`${sizes} for partition ${tpName({ topic, partition })}`)
    }
    namesLogDirs ||= logDirs.some((dir) => dir !== ANY_LOG_DIR)
    return { topic, partition, replicas }
  })
  return { partitions, namesLogDirs }
}
/** Topics of a file, in its order. */
export const parseTopics = (text: string): string[] =>
  list(parseVersioned(text).topics).map((item) => jsonString(jsonField(jsonObject(item), 'topic')))

export const duplicates = <T>(items: readonly T[]): T[] => [...new Set(items.filter((item, i) => items.indexOf(item) !== i))]

/** What is wrong with a plan by itself; fails when something is. */
export function checkPlan({ partitions }: Plan): void {
  if (partitions.length === 0) refuse('Partition reassignment data file is empty')
  if (partitions.some((p) => p.replicas.length === 0)) refuse('Partition replica list cannot be empty')
  const twice = duplicates(partitions.map(tpName))
  if (twice.length > 0) refuse(`Partition reassignment contains duplicate topic partitions: ${twice.join(',')}`)
  const doubled = partitions.filter((p) => duplicates(p.replicas).length > 0)
  if (doubled.length > 0) {
    const which = doubled.map((p) => `${tpName(p)} contains multiple entries for ${duplicates(p.replicas).join(',')}`).join('. ')
    refuse(`Partition replica lists may not contain duplicate entries: ${which}`)
  }
}

/** A plan as a Map from partitions to replicas is walked: of a partition that is named twice the last counts. */
export const planMap = (partitions: readonly Replicas[]): Replicas[] =>
  partitionSet(partitions).map((p) => partitions.filter((other) => tpName(other) === tpName(p)).pop()!)
/** Topics of partitions, each once, in the order in which they come. */
export const topicsOf = (partitions: readonly TopicPartition[]): string[] => [...new Set(partitions.map((p) => p.topic))]
/** Topics as a Map that groupBy made is walked. */
export const groupedTopics = (partitions: readonly TopicPartition[]): string[] =>
  scalaOrder(scalaMutableMapOrder(topicsOf(partitions), javaHash), javaHash)
/** Partitions by topic, as flatMap over such a Map gives them. */
export const byTopicMap = <T extends TopicPartition>(partitions: readonly T[]): T[] =>
  scalaOrder(
    groupedTopics(partitions).flatMap((topic) => partitions.filter((p) => p.topic === topic)),
    tpHash,
  )

/** A plan as the tool prints it, in the order given. */
export function planJson(partitions: readonly Replicas[]): string {
  const items = partitions.map(({ topic, partition, replicas }) => {
    const dirs = replicas.map(() => `"${ANY_LOG_DIR}"`).join(',')
    return `{"topic":${JSON.stringify(topic)},"partition":${partition},"replicas":[${replicas.join(',')}],"log_dirs":[${dirs}]}`
  })
  return `{"version":1,"partitions":[${items.join(',')}]}`
}
