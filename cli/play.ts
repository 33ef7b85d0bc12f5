// Runs a recording's actions on a simulated cluster of its own, headless, and gathers what each terminal showed after each action.

import { ms, plus, seconds, type Micros } from '../src/sim/base/index.ts'
import { ClusterEngine, createWorld, runActions, type Scenario } from '../src/sim/cluster/index.ts'
import type { Observer, TerminalEntry } from '../src/sim/kernel/index.ts'
import { outputLines, type RecordedAction, type Recording } from './recording.ts'
import { plainText } from './screen.ts'

/** Friday, 22 November 2019, 10:00 UTC: any moment would do. */
const EPOCH_MS = 1_574_416_800_000
/**
 * Which server a broker's session lands on, the real system draws at random, and some lines of the recordings show it. Under this seed the simulation draws alike.
 */
export const DEFAULT_SEED = 7
/** How long a run goes on after its last action. */
const SETTLE = seconds(20)
/** How long a line may wait for the one before it to end. */
const BUSY_LIMIT = seconds(180)
/** Terminals are read this often, before what they keep falls out. */
const READ_EVERY = ms(500)
/** More events than this in between are a defect. */
const EVENTS_LIMIT = 300_000

/** The starting point that a recording's header describes. */
export function scenarioOf(recording: Recording, seed: number, costs?: Scenario['costs']): Scenario {
  return {
    name: 'recording',
    title: recording.title,
    about: '',
    seed,
    hosts: recording.hosts.map((host) => ({
      name: host.name,
      hostname: host.hostname,
      image: host.image,
      ...(host.image === 'client' ? {} : { id: host.id }),
      ...(host.image === 'kafka' ? { properties: recording.brokerConfig } : {}),
    })),
    epochMs: EPOCH_MS,
    choices: recording.choices,
    ...(costs === undefined ? {} : { costs }),
    actions: recording.actions.map((a) => ({ at: a.at, terminal: a.terminal, kind: a.sign, text: a.text })),
  }
}

/** Reads terminals as they go on and shares their output out among the actions. */
class Gatherer {
  private readonly read: Record<string, number> = {}
  private readonly blocks: { shown: string; exit: number | undefined }[]
  /** Per terminal: the actions whose input has not shown up yet, and the one that output belongs to. */
  private readonly pending: Record<string, number[]> = {}
  private readonly open: Record<string, number | undefined> = {}

  constructor(
    private readonly engine: ClusterEngine,
    private readonly actions: readonly RecordedAction[],
  ) {
    this.blocks = actions.map(() => ({ shown: '', exit: undefined }))
    actions.forEach((action, i) => (this.pending[action.terminal] ??= []).push(i))
  }

  gather(): void {
    for (const terminal of Object.values(this.engine.world.terminals)) {
      for (const entry of terminal.entries.from(this.read[terminal.name] ?? 0)) this.take(terminal.name, entry)
      this.read[terminal.name] = terminal.entries.end
    }
  }

  private take(terminal: string, entry: TerminalEntry): void {
    if (entry.kind === 'input') {
      this.open[terminal] = this.actionOf(terminal, entry.text)
      return
    }
    const index = this.open[terminal]
    if (index === undefined) return
    if (entry.kind === 'output') this.blocks[index]!.shown += entry.text
    else if (entry.kind === 'exit') this.blocks[index]!.exit = entry.code
  }

  /** The action that an input line came from: the next of this terminal with that text (Ctrl-C may have dropped some that waited). */
  private actionOf(terminal: string, text: string): number | undefined {
    const pending = this.pending[terminal] ?? []
    const place = pending.findIndex((i) => {
      const action = this.actions[i]!
      return text === (action.sign === '^' ? `^${action.text}` : action.text)
    })
    if (place < 0) return undefined
    return pending.splice(0, place + 1).at(-1)
  }

  result(): RecordedAction[] {
    this.gather()
    return this.actions.map((action, i) => ({ ...action, output: outputLines(plainText(this.blocks[i]!.shown), this.blocks[i]!.exit) }))
  }
}

export interface PlayOptions {
  /** Time costs of a machine that is not the usual one. */
  readonly costs?: Scenario['costs']
  readonly seed?: number
  readonly observers?: readonly Observer[]
  /** Called once, before the first event. */
  readonly onEngine?: (engine: ClusterEngine) => void
  /** Called when an action's time has come. */
  readonly onAction?: (action: RecordedAction) => void
  /** Overrides how long the run goes on after its last action. */
  readonly settle?: Micros
}

export interface Played {
  /** The recording's actions with the simulation's output. */
  readonly actions: readonly RecordedAction[]
  readonly engine: ClusterEngine
}

/** Plays a recording from its start until everything typed has run and has had time to show what it shows. */
export function playRecording(recording: Recording, options: PlayOptions = {}): Played {
  const scenario = scenarioOf(recording, options.seed ?? DEFAULT_SEED, options.costs)
  const engine = new ClusterEngine(createWorld(scenario), { mode: 'plain' })
  engine.observers = options.observers ?? []
  options.onEngine?.(engine)
  const gatherer = new Gatherer(engine, recording.actions)
  let announced = 0
  const last = recording.actions.at(-1)?.at ?? (0 as Micros)
  const runTo = (until: Micros): void => {
    while (engine.world.now < until) {
      const action = recording.actions[engine.world.acted]
      const stop = Math.min(until, plus(engine.world.now, READ_EVERY), action?.at ?? until)
      const handled = runActions(engine, scenario.actions, stop as Micros, EVENTS_LIMIT)
      if (handled >= EVENTS_LIMIT) throw new Error(`the run does not get on: ${handled} events by ${engine.world.now} us`)
      for (; announced < engine.world.acted; announced++) options.onAction?.(recording.actions[announced]!)
      gatherer.gather()
    }
  }
  runTo(last)
  const isWaiting = (): boolean => Object.values(engine.world.terminals).some((t) => t.waiting.length > 0)
  while (isWaiting() && engine.world.now < last + BUSY_LIMIT) runTo(plus(engine.world.now, READ_EVERY))
  runTo(plus(engine.world.now, options.settle ?? SETTLE))
  return { actions: gatherer.result(), engine }
}
