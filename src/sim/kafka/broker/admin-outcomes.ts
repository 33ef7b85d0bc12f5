// What becomes of topics that an admin client asks for: errors as brokers tell them, and the wait until all has leaders (server/AdminManager.scala at 2.3.0).
import type { Context } from '../../kernel/index.ts'
import { fail, proc, type Assignment, type Failure, type Proc } from '../client/index.ts'
import { errorOf, ERRORS } from '../protocol/index.ts'
import { isLeaderless, untilMetadata } from './delayed.ts'
import { slog, slogText, type BrokerState } from './state.ts'

export const EXCEPTION = 'org.apache.kafka.common.errors.'
export const exception = (name: string, message: string): never => fail(`${EXCEPTION}${name}`, message)

/** What became of one topic. */
export interface Outcome {
  readonly topic: string
  /** Its partitions, when all went well. */
  readonly partitions: readonly number[]
  errorCode: number
  errorMessage: string | null
}
export const went = (topic: string, assignment: Assignment): Outcome => ({
  topic,
  partitions: Object.freeze(assignment.map(([p]) => p)),
  errorCode: ERRORS.NONE,
  errorMessage: null,
})
export const wentWrong = (topic: string, failure: Failure): Outcome => ({ topic, partitions: Object.freeze([]), ...errorOf(failure) })

/** A line of the admin manager, with the exception below it. */
export function adminLog(ctx: Context, env: BrokerState, text: string, failure: Failure | undefined): void {
  const known = failure === undefined || failure.type.startsWith(EXCEPTION)
  slog(ctx, known ? 'INFO' : 'ERROR', 'kafka.server.AdminManager', `[Admin Manager on Broker ${env.config.brokerId}]: ${text}`)
  if (failure !== undefined) slogText(ctx, `${failure.type}: ${failure.message}`)
}

interface WaitVars {
  outcomes: Outcome[]
  timeoutMs: number
  validateOnly: boolean
}
/** Waits until the topics that could be made have leaders everywhere; gives all outcomes. */
export const untilLed: Proc<WaitVars, Outcome[]> = proc<BrokerState, WaitVars, Outcome[]>('api.untilLed', [
  (t) => {
    const { outcomes, timeoutMs, validateOnly } = t.vars
    const good = outcomes.filter((o) => o.errorCode === ERRORS.NONE)
    if (validateOnly || good.length === 0) return t.return(outcomes.map((o) => ({ ...o })))
    const partitions = good.flatMap((o) => o.partitions.map((partition) => ({ topic: o.topic, partition })))
    if (timeoutMs > 0) return t.call(untilMetadata, { condition: { wants: 'leaders', partitions }, timeoutMs })
  },
  (t) => {
    const late = (o: Outcome): boolean =>
      o.errorCode === ERRORS.NONE &&
      (t.vars.timeoutMs <= 0 || o.partitions.some((partition) => isLeaderless(t.env, { topic: o.topic, partition })))
    return t.return(t.vars.outcomes.map((o) => (late(o) ? { ...o, errorCode: ERRORS.REQUEST_TIMED_OUT, errorMessage: null } : { ...o })))
  },
])
