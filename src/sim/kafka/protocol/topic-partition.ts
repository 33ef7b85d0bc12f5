// A partition of a topic, by name and number, and the text forms it goes by.

export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

/** `playground-0`: how logs, tools and directories name a partition. */
export const tpName = (tp: TopicPartition): string => `${tp.topic}-${tp.partition}`

/** The partition that a name means; the topic may itself have dashes. */
export function parseTp(name: string): TopicPartition {
  const dash = name.lastIndexOf('-')
  return { topic: name.slice(0, dash), partition: Number(name.slice(dash + 1)) }
}

/** Groups partitions by topic, topics in the order of their first partition. */
export function byTopic<T extends TopicPartition>(items: readonly T[]): [topic: string, items: T[]][] {
  const groups: [string, T[]][] = []
  const index: Record<string, T[]> = {}
  for (const item of items) {
    const known = Object.hasOwn(index, item.topic) ? index[item.topic] : undefined
    if (known) known.push(item)
    else groups.push([item.topic, (index[item.topic] = [item])])
  }
  return groups
}

export const INTERNAL_TOPICS: readonly string[] = ['__consumer_offsets', '__transaction_state']
