// The broker as a process: boots like a JVM, then gives each input to the part it is for and lets the threads run.
import { us } from '../../base/index.ts'
import type { Context, Input, ProcessKind } from '../../kernel/index.ts'
import { handleThreadTimer, handleZooKeeper, runThreads, startThread } from '../client/index.ts'
import { handleController } from '../controller/index.ts'
import { dispatch } from './apis.ts'
import { ConfigError } from './config.ts'
import { handleDelayedTimer } from './delayed.ts'
import { handleFetchTimer } from './fetch.ts'
import { handleFetcher } from './fetcher-network.ts'
import { handleIsrTimer } from './isr.ts'
import { handleDeleteTimer } from './delete-records.ts'
import { handleLogTimer } from './log-env.ts'
import { strayFailure } from './log-dir-failure.ts'
import { handleLogDirTimer } from './log-dir-handler.ts'
import { handleCheckpointTimer, handleLogTaskTimer } from './log-tasks.ts'
import { handleDeletionTimer } from './logs.ts'
import { handleProduceTimer } from './produce.ts'
import { handleNetwork } from './network.ts'
import { onZooKeeper } from './session.ts'
import { handleLeaving, terminate } from './shutdown.ts'
import { startup } from './startup.ts'
import { newBroker, slog, slogText, type BrokerState } from './state.ts'

/** A broker whose configuration cannot be read says so and exits. */
interface Misconfigured {
  readonly error: string
}
type State = BrokerState | Misconfigured

function boot(ctx: Context, env: BrokerState): void {
  env.booted = true
  startThread(env, 'main', startup, {})
}

function start(ctx: Context, state: State): void {
  if (!('error' in state)) {
    state.pace = ctx.cost('kafka.start.pace')
    ctx.note('broker.starting', `broker ${state.config.brokerId}`, { broker: state.config.brokerId })
    ctx.timer('jvm', us(Math.round((ctx.cost('jvm.start.kafka') * state.pace) / 1000)))
  } else ctx.timer('jvm', ctx.cost('jvm.start.kafka'))
}

const handleReplicaTimer = (ctx: Context, env: BrokerState, key: string): boolean =>
  handleFetchTimer(ctx, env, key) ||
  handleIsrTimer(ctx, env, key) ||
  handleCheckpointTimer(ctx, env, key) ||
  handleDeletionTimer(ctx, env, key) ||
  handleLogTimer(ctx, env, key) ||
  handleLogTaskTimer(ctx, env, key) ||
  handleProduceTimer(ctx, env, key) ||
  handleDeleteTimer(ctx, env, key) ||
  handleLogDirTimer(ctx, env, key)

function handle(ctx: Context, env: BrokerState, input: Input): void {
  if (input.type === 'timer' && input.key === 'jvm') return boot(ctx, env)
  if (input.type === 'signal') return input.signal === 'TERM' || input.signal === 'INT' ? terminate(ctx, env) : undefined
  if (handleThreadTimer(env, input) || handleDelayedTimer(env, input)) return
  if (input.type === 'timer' && handleReplicaTimer(ctx, env, input.key)) return
  const events = handleZooKeeper(ctx, env, input)
  if (events !== undefined) return onZooKeeper(ctx, env, events)
  if (handleController(ctx, env, input)) return
  if (handleLeaving(env, input)) return
  if (handleFetcher(ctx, env, input)) return
  handleNetwork(ctx, env, input, dispatch)
}

export const brokerKind: ProcessKind<State> = {
  name: 'broker',
  grain: 'copy',
  handles: ['TERM', 'INT'],
  init(ctx) {
    try {
      return newBroker(ctx)
    } catch (error) {
      if (error instanceof ConfigError) return { error: error.message }
      throw error
    }
  },
  handle(ctx, state, input) {
    if (input.type === 'start') return start(ctx, state)
    if ('error' in state) {
      slog(ctx, 'ERROR', 'kafka.Kafka$', 'Exiting Kafka due to fatal exception')
      slogText(ctx, `org.apache.kafka.common.config.ConfigException: ${state.error}`)
      return ctx.exit(1)
    }
    try {
      handle(ctx, state, input)
      runThreads(ctx, state)
    } catch (error) {
      if (!strayFailure(ctx, state, error)) throw error
    }
  },
}
