// The answerer's side of incremental fetch sessions: partitions remembered for those who fetch, so that an idle fetch names none (server/FetchSession.scala at 2.3.0).
import type { ConnId, Context } from '../../kernel/index.ts'
import { ERRORS, tpName, type KafkaRequest, type RequestBody, type ResponseBody, type TopicPartition } from '../protocol/index.ts'

/** What is remembered of a partition; frozen. */
export interface CachedFetch extends TopicPartition {
  readonly fetchOffset: number
  readonly logStartOffset: number
  readonly maxBytes: number
  /** As answered last; -1 before, and after an error. */
  readonly highWatermark: number
  readonly localLogStart: number
}
export interface FetchSession {
  readonly id: number
  readonly createdMs: number
  lastUsedMs: number
  epoch: number
  partitions: CachedFetch[]
}
/** What a request asks of a partition; `epoch` is -1 when the asker names none. Frozen. */
export interface Wanted extends TopicPartition {
  readonly fetchOffset: number
  readonly logStartOffset: number
  readonly maxBytes: number
  readonly epoch: number
}
export type FetchContext =
  | { readonly kind: 'error'; readonly errorCode: number }
  | { readonly kind: 'full' }
  | { readonly kind: 'sessionless' }
  | { readonly kind: 'incremental'; readonly sessionId: number; readonly epoch: number }
/** A fetch that waits for data; frozen. */
export interface WaitingFetch {
  readonly conn: ConnId
  readonly request: KafkaRequest<'Fetch'>
  readonly context: FetchContext
  readonly wants: readonly Wanted[]
  /** Those of them that the metadata knew. */
  readonly known: readonly Wanted[]
}

export type PartitionAnswer = ResponseBody<'Fetch'>['responses'][number]['partitions'][number]
export type Answer = TopicPartition & { readonly data: PartitionAnswer }

const MAX_SESSIONS = 1000
const EVICTION_MS = 120_000
interface SessionHost {
  readonly replicas: { readonly sessions: Record<string, FetchSession> }
}
const nextEpoch = (epoch: number): number => (epoch === 2147483647 ? 1 : epoch + 1)

const wantedBy = (topics: RequestBody<'Fetch'>['topics']): Wanted[] =>
  topics.flatMap(({ topic, partitions }) =>
    partitions.map(({ partition, fetchOffset, logStartOffset, maxBytes, currentLeaderEpoch: epoch }) =>
      Object.freeze({ topic, partition, fetchOffset, logStartOffset, maxBytes, epoch }),
    ),
  )
interface Asked {
  readonly context: FetchContext
  readonly wants: readonly Wanted[]
}
const asked = (context: FetchContext, wants: readonly Wanted[]): Asked => ({ context: Object.freeze(context), wants: Object.freeze(wants) })

/** What a request is about: what it names itself, or what its session knows. */
export function fetchContext(env: SessionHost, body: RequestBody<'Fetch'>): Asked {
  const { sessions } = env.replicas
  if (body.sessionEpoch === 0 || body.sessionEpoch === -1) {
    if (body.sessionId !== 0) delete sessions[body.sessionId]
    return asked({ kind: body.sessionEpoch === 0 ? 'full' : 'sessionless' }, wantedBy(body.topics))
  }
  const session = sessions[body.sessionId]
  if (session === undefined) return asked({ kind: 'error', errorCode: ERRORS.FETCH_SESSION_ID_NOT_FOUND }, [])
  if (session.epoch !== body.sessionEpoch) return asked({ kind: 'error', errorCode: ERRORS.INVALID_FETCH_SESSION_EPOCH }, [])
  update(session, body)
  if (session.partitions.length === 0) {
    delete sessions[body.sessionId]
    return asked({ kind: 'sessionless' }, wantedBy(body.topics))
  }
  session.epoch = nextEpoch(session.epoch)
  const wants = session.partitions.map(({ topic, partition, fetchOffset, logStartOffset, maxBytes }) =>
    Object.freeze({ topic, partition, fetchOffset, logStartOffset, maxBytes, epoch: -1 }),
  )
  return asked({ kind: 'incremental', sessionId: session.id, epoch: body.sessionEpoch }, wants)
}

function update(session: FetchSession, body: RequestBody<'Fetch'>): void {
  for (const { topic, partition, fetchOffset, logStartOffset, maxBytes } of wantedBy(body.topics)) {
    const at = session.partitions.findIndex((p) => p.topic === topic && p.partition === partition)
    const { highWatermark, localLogStart } = session.partitions[at] ?? { highWatermark: -1, localLogStart: -1 }
    const cached = Object.freeze({ topic, partition, fetchOffset, logStartOffset, maxBytes, highWatermark, localLogStart })
    if (at < 0) session.partitions.push(cached)
    else session.partitions[at] = cached
  }
  if (body.forgottenTopics.length === 0) return
  const forgotten = new Set(body.forgottenTopics.flatMap((t) => t.partitions.map((p) => tpName({ topic: t.topic, partition: p }))))
  session.partitions = session.partitions.filter((p) => !forgotten.has(tpName(p)))
}

/** Makes a response of what partitions have to say: all of it to a full request, only what is new within a session. */
export function fetchResponseBody(
  ctx: Context,
  env: SessionHost,
  { context, wants }: Asked,
  answers: readonly Answer[],
): ResponseBody<'Fetch'> {
  const body = (sessionId: number, said: readonly Answer[], errorCode = 0) => ({
    throttleTimeMs: 0,
    errorCode,
    sessionId,
    responses: grouped(said),
  })
  switch (context.kind) {
    case 'error':
      return body(0, [], context.errorCode)
    case 'sessionless':
      return body(0, answers)
    case 'full':
      return body(createSession(ctx, env, wants, answers), answers)
    case 'incremental': {
      const session = env.replicas.sessions[context.sessionId]
      if (session === undefined || session.epoch !== nextEpoch(context.epoch))
        return body(context.sessionId, [], ERRORS.INVALID_FETCH_SESSION_EPOCH)
      session.lastUsedMs = ctx.wallMs
      return body(session.id, news(session, answers))
    }
  }
}
function grouped(answers: readonly Answer[]): ResponseBody<'Fetch'>['responses'] {
  const topics: { topic: string; partitions: PartitionAnswer[] }[] = []
  for (const { topic, data } of answers) {
    const last = topics[topics.length - 1]
    if (last?.topic === topic) last.partitions.push(data)
    else topics.push({ topic, partitions: [data] })
  }
  return topics
}

/** The answers that a session has not heard yet; their partitions go last in it. */
function news(session: FetchSession, answers: readonly Answer[]): readonly Answer[] {
  const known: Record<string, CachedFetch> = {}
  for (const p of session.partitions) known[tpName(p)] = p
  const said = answers.filter((answer) => {
    const cached = known[tpName(answer)]
    if (cached === undefined) return false
    const { errorCode, highWatermark, logStartOffset, records } = answer.data
    const moved = cached.highWatermark !== highWatermark || cached.localLogStart !== logStartOffset
    return errorCode !== 0 || moved || (records?.length ?? 0) > 0
  })
  if (said.length === 0) return said
  const last = said.map((answer) => {
    const { errorCode, highWatermark, logStartOffset } = answer.data
    const name = tpName(answer)
    const changed = Object.freeze({ ...known[name]!, highWatermark: errorCode === 0 ? highWatermark : -1, localLogStart: logStartOffset })
    delete known[name]
    return changed
  })
  session.partitions = [...session.partitions.filter((p) => known[tpName(p)] !== undefined), ...last]
  return said
}

/** A session's id; 0 when there is no room. */
function createSession(ctx: Context, env: SessionHost, wants: readonly Wanted[], answers: readonly Answer[]): number {
  const { sessions } = env.replicas
  if (Object.keys(sessions).length >= MAX_SESSIONS && !evict(ctx, env)) return 0
  let id = 0
  while (id === 0 || sessions[id] !== undefined) id = 1 + ctx.below(2147483646, 'fetch session')
  const partitions = answers.map(({ topic, partition, data }) => {
    const want = wants.find((w) => w.topic === topic && w.partition === partition)!
    const { fetchOffset, logStartOffset, maxBytes } = want
    const highWatermark = data.highWatermark
    return Object.freeze({ topic, partition, fetchOffset, logStartOffset, maxBytes, highWatermark, localLogStart: data.logStartOffset })
  })
  sessions[id] = { id, createdMs: ctx.wallMs, lastUsedMs: ctx.wallMs, epoch: 1, partitions }
  return id
}
/** Drops the session that was idle longest, if it was idle for two minutes. */
function evict(ctx: Context, env: SessionHost): boolean {
  const { sessions } = env.replicas
  const oldest = Object.values(sessions).reduce((a, b) => (b.lastUsedMs < a.lastUsedMs ? b : a))
  if (ctx.wallMs - oldest.lastUsedMs <= EVICTION_MS) return false
  delete sessions[oldest.id]
  return true
}
