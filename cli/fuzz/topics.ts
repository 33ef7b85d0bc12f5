// What an operator does to topics while machines fail: makes, grows, configures, reassigns and deletes them, with the tools or by hand in the znodes. The lines of a schedule, drawn from
// its seed.

import type { ScenarioHost } from '../../src/sim/cluster/index.ts'
import type { Draw } from './draw.ts'

/** Things done to topics in a schedule. */
const LEAST = 5
const MOST = 12
const PARTITIONS_MOST = 4
/** Topics at one time. */
const TOPICS_MOST = 4
/** Seconds; by then brokers have started. */
const FIRST = 17

/** Of a hundred commands: by a tool, the others by hand; of a hundred by kafka-topics.sh: with --bootstrap-server. */
const BY_TOOL = 60
const BY_BROKERS = 40

const WEIGHTS = { create: 7, grow: 2, config: 2, remove: 3, preferred: 2, reassign: 2 } as const

/** A topic as the schedule means it to be; faults may have kept it from becoming so. */
interface Topic {
  readonly name: string
  /** Replicas of each partition; undefined where a tool chose them, or something changed them. */
  assignment: number[][] | undefined
  partitions: number
  readonly factor: number
}

export interface TopicLine {
  /** Seconds. */
  readonly at: number
  readonly line: string
}

const quoted = (text: string): string => `"${text.replace(/["\\$`]/g, '\\$&')}"`
const assignmentText = (replicas: readonly (readonly number[])[]): string =>
  `{"version":1,"partitions":{${replicas.map((ids, p) => `"${p}":[${ids.join(',')}]`).join(',')}}}`

class Operator {
  private readonly topics: Topic[] = []
  /** Names of topics that were deleted: some are used again. */
  private readonly gone: string[] = []
  private readonly brokers: number[]
  private readonly connect: string
  private named = 0

  constructor(
    private readonly draw: Draw,
    private readonly hosts: readonly ScenarioHost[],
  ) {
    this.brokers = hosts.filter((h) => h.image === 'kafka').map((h) => h.id!)
    const servers = hosts.filter((h) => h.image === 'zookeeper').map((h) => `${h.name}:2181`)
    this.connect = servers.join(',')
  }

  /** The line that does something, or undefined when there is nothing of the kind to do. */
  next(): string | undefined {
    const what = this.topics.length === 0 ? 'create' : this.draw.weighted(WEIGHTS)
    switch (what) {
      case 'create':
        return this.topics.length < TOPICS_MOST ? this.create() : undefined
      case 'grow':
        return this.grow(this.draw.of(this.topics))
      case 'config':
        return this.config(this.draw.of(this.topics))
      case 'remove':
        return this.remove(this.draw.below(this.topics.length))
      case 'preferred':
        return this.preferred()
      case 'reassign':
        return this.reassign(this.draw.of(this.topics))
    }
  }

  private zkShell(command: string): string {
    const client = this.draw.of(this.hosts.filter((h) => h.image === 'client')).name
    return `docker-compose exec -T ${client} zk-shell ${this.connect} --run-once ${quoted(command)}`
  }
  private tool(name: 'kafka-topics.sh' | 'kafka-configs.sh', args: string, askBrokers = false): string {
    const server = askBrokers
      ? `--bootstrap-server ${this.brokers.map((id) => `kafka${id}:9092`).join(',')}`
      : `--zookeeper ${this.connect}/kafka`
    return `docker-compose exec -T kafka${this.draw.of(this.brokers)} ${name} ${server} ${args}`
  }
  private topicTool(args: string): string {
    return this.tool('kafka-topics.sh', args, this.draw.chance(BY_BROKERS))
  }
  private replicas(factor: number): number[] {
    return this.draw.some(this.brokers, factor)
  }

  private create(): string {
    const again = this.gone.length > 0 && this.draw.chance(50)
    const name = again ? this.gone.splice(this.draw.below(this.gone.length), 1)[0]! : `topic-${++this.named}`
    const factor = 1 + this.draw.below(this.brokers.length)
    const partitions = 1 + this.draw.below(PARTITIONS_MOST)
    const unclean = this.draw.chance(50)
    if (this.draw.chance(BY_TOOL)) {
      this.topics.push({ name, assignment: undefined, partitions, factor })
      const config = unclean ? ' --config unclean.leader.election.enable=true' : ''
      return this.topicTool(`--create --topic ${name} --partitions ${partitions} --replication-factor ${factor}${config}`)
    }
    const assignment = Array.from({ length: partitions }, () => this.replicas(factor))
    this.topics.push({ name, assignment: again ? undefined : assignment, partitions, factor })
    const settings = unclean ? '{"unclean.leader.election.enable":"true"}' : '{}'
    const config = `create /kafka/config/topics/${name} '{"version":1,"config":${settings}}'`
    return `${this.zkShell(config)}; ${this.zkShell(`create /kafka/brokers/topics/${name} '${assignmentText(assignment)}'`)}`
  }
  private grow(topic: Topic): string | undefined {
    const { assignment } = topic
    const more = 1 + this.draw.below(2)
    if (topic.partitions + more > 2 * PARTITIONS_MOST) return undefined
    if (assignment === undefined || this.draw.chance(BY_TOOL)) {
      topic.assignment = undefined
      topic.partitions += more
      return this.topicTool(`--alter --topic ${topic.name} --partitions ${topic.partitions}`)
    }
    for (let i = 0; i < more; i++) assignment.push(this.replicas(topic.factor))
    topic.partitions += more
    return this.zkShell(`set /kafka/brokers/topics/${topic.name} '${assignmentText(assignment)}'`)
  }
  private config(topic: Topic): string {
    const change = this.draw.of([
      '--add-config unclean.leader.election.enable=true',
      '--add-config unclean.leader.election.enable=false,retention.ms=60000',
      '--delete-config unclean.leader.election.enable',
    ])
    return this.tool('kafka-configs.sh', `--entity-type topics --entity-name ${topic.name} --alter ${change}`)
  }
  private remove(index: number): string {
    const [topic] = this.topics.splice(index, 1)
    this.gone.push(topic!.name)
    if (this.draw.chance(BY_TOOL)) return this.topicTool(`--delete --topic ${topic!.name}`)
    return this.zkShell(`create /kafka/admin/delete_topics/${topic!.name} ''`)
  }
  private preferred(): string {
    const partitions = this.topics.flatMap((t) =>
      Array.from({ length: t.partitions }, (_, partition) => `{"topic":"${t.name}","partition":${partition}}`),
    )
    return this.zkShell(`create /kafka/admin/preferred_replica_election '{"version":1,"partitions":[${partitions.join(',')}]}'`)
  }
  private reassign(topic: Topic): string {
    topic.assignment = undefined
    const chosen = this.draw.some(
      Array.from({ length: topic.partitions }, (_, p) => p),
      1 + this.draw.below(2),
    )
    const partitions = chosen.map(
      (partition) => `{"topic":"${topic.name}","partition":${partition},"replicas":[${this.replicas(topic.factor).join(',')}]}`,
    )
    return this.zkShell(`create /kafka/admin/reassign_partitions '{"version":1,"partitions":[${partitions.join(',')}]}'`)
  }
}

/** What is done to topics, in order of time; ends with the faults. */
export function drawTopics(draw: Draw, hosts: readonly ScenarioHost[], untilS: number): TopicLine[] {
  const operator = new Operator(draw, hosts)
  const wanted = LEAST + draw.below(MOST - LEAST + 1)
  const times = Array.from({ length: wanted }, (_, i) => (i === 0 ? draw.between(FIRST, FIRST + 5) : draw.between(FIRST, untilS)))
  const lines: TopicLine[] = []
  for (const at of times.sort((a, b) => a - b)) {
    const line = operator.next()
    if (line !== undefined) lines.push({ at, line })
  }
  return lines
}
