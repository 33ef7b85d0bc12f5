// The asker's side of an incremental fetch session: which partitions the other side already knows, so that only changes are sent (clients/FetchSessionHandler.java at 2.3.0).
// Followers and consumers have one for each node.
import { byTopic, tpName, type RequestBody, type ResponseBody, type TopicPartition } from '../protocol/index.ts'

/** What is asked of a partition; frozen. */
export interface FetchPosition extends TopicPartition {
  readonly fetchOffset: number
  readonly logStartOffset: number
  readonly maxBytes: number
  readonly currentLeaderEpoch: number
}
export interface FetchSessionState {
  sessionId: number
  /** 0: the next request is a full one; -1: and makes no session. */
  epoch: number
  /** What the other side knows, in order. */
  partitions: FetchPosition[]
}
export const newFetchSession = (): FetchSessionState => ({ sessionId: 0, epoch: 0, partitions: [] })

const isFull = (s: FetchSessionState): boolean => s.epoch <= 0
const same = (a: FetchPosition, b: FetchPosition): boolean =>
  a.fetchOffset === b.fetchOffset &&
  a.logStartOffset === b.logStartOffset &&
  a.maxBytes === b.maxBytes &&
  a.currentLeaderEpoch === b.currentLeaderEpoch

export interface FetchPlan {
  readonly send: readonly FetchPosition[]
  readonly forget: readonly TopicPartition[]
  /** There is nothing to fetch at all, and nothing to forget. */
  readonly idle: boolean
}
/** What the next request has to name so that the session is about the partitions wanted; remembers them. */
export function planFetch(s: FetchSessionState, wanted: readonly FetchPosition[]): FetchPlan {
  if (isFull(s)) {
    s.partitions = wanted.slice()
    return { send: wanted.slice(), forget: [], idle: wanted.length === 0 }
  }
  const byName: Record<string, FetchPosition> = {}
  for (const position of wanted) byName[tpName(position)] = position
  const known: Record<string, true> = {}
  const [altered, forget]: [FetchPosition[], TopicPartition[]] = [[], []]
  const kept: FetchPosition[] = []
  for (const before of s.partitions) {
    const name = tpName(before)
    const now = byName[name]
    if (now === undefined) forget.push({ topic: before.topic, partition: before.partition })
    else {
      known[name] = true
      kept.push(now)
      if (!same(before, now)) altered.push(now)
    }
  }
  const added = wanted.filter((position) => known[tpName(position)] === undefined)
  s.partitions = [...kept, ...added]
  return { send: [...added, ...altered], forget, idle: s.partitions.length === 0 && forget.length === 0 }
}

/** The topics of a request: consecutive partitions of one topic are put together. */
export function fetchTopics(positions: readonly FetchPosition[]): RequestBody<'Fetch'>['topics'] {
  const topics: { topic: string; partitions: Omit<FetchPosition, 'topic'>[] }[] = []
  for (const { topic, partition, currentLeaderEpoch, fetchOffset, logStartOffset, maxBytes } of positions) {
    const last = topics[topics.length - 1]
    const entry = { partition, currentLeaderEpoch, fetchOffset, logStartOffset, maxBytes }
    if (last?.topic === topic) last.partitions.push(entry)
    else topics.push({ topic, partitions: [entry] })
  }
  return topics
}
export const forgottenTopics = (tps: readonly TopicPartition[]): RequestBody<'Fetch'>['forgottenTopics'] =>
  byTopic(tps).map(([topic, items]) => ({ topic, partitions: items.map((tp) => tp.partition) }))

/** `(sessionId=285761932, epoch=464)` */
export const fetchMetadataText = (s: FetchSessionState): string =>
  `(sessionId=${s.sessionId === 0 ? 'INVALID' : s.sessionId}, epoch=${s.epoch === 0 ? 'INITIAL' : s.epoch === -1 ? 'FINAL' : s.epoch})`

const NOT_FOUND = 70
const reset = (s: FetchSessionState): void => {
  s.sessionId = 0
  s.epoch = 0
}
/** Takes a response: is it to be used? `problem` is what there is to say about it. */
export function handleFetchResponse(
  s: FetchSessionState,
  body: ResponseBody<'Fetch'>,
): { readonly usable: boolean; readonly problem?: string } {
  if (body.errorCode !== 0) {
    const before = fetchMetadataText(s)
    if (body.errorCode === NOT_FOUND) reset(s)
    else s.epoch = 0
    return { usable: false, problem: `was unable to process the fetch request with ${before}` }
  }
  const answered = body.responses.flatMap((t) => t.partitions.map((p) => `${t.topic}-${p.partition}`))
  const asked = answered.length > 0 || isFull(s) ? s.partitions.map(tpName) : []
  const strange = answered.filter((name) => !asked.includes(name))
  const missing = isFull(s) ? asked.filter((name) => !answered.includes(name)) : []
  if (strange.length > 0 || missing.length > 0) {
    const problem = `sent an invalid ${isFull(s) ? 'full' : 'incremental'} fetch response with extra=(${[...strange, ...missing].join(', ')})`
    if (isFull(s)) reset(s)
    else s.epoch = 0
    return { usable: false, problem }
  }
  if (body.sessionId === 0) reset(s)
  else if (isFull(s)) {
    s.sessionId = body.sessionId
    s.epoch = 1
  } else s.epoch = s.epoch === 2147483647 ? 1 : s.epoch + 1
  return { usable: true }
}
/** A request got no response: the next one is full and closes the session. */
export function handleFetchError(s: FetchSessionState): void {
  s.epoch = 0
}
