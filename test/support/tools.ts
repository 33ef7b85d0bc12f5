// For tests of tools: what command lines show on a small cluster, each with its status, while nothing of a tool's state is shared.
import { ms, seconds } from '../../src/sim/base/index.ts'
import { sharedState } from '../../src/sim/checkers/index.ts'
import { ClusterEngine, createWorld, runActions, type Action, type ScenarioHost } from '../../src/sim/cluster/index.ts'
import type { World } from '../../src/sim/kernel/index.ts'
import { complete } from '../../src/sim/shell/index.ts'
import { click, PLAYGROUND, scenarioWith, startAll } from './playground.ts'

/** A shell's command line; with a time in seconds it starts then, else when the one before has ended. `!` before it makes it a click. */
export type Line = string | readonly [at: number, line: string]

const BEGIN = 25
const typed = (at: number, text: string): Action => ({ at: ms(Math.round(at * 1000)), terminal: 't', kind: '$', text })

export interface Told {
  /** What each line showed, without the times of log lines; its status at the end when it is not 0. */
  readonly answers: readonly string[]
  readonly world: World
  /** Places of tools' states that are shared. */
  readonly shared: readonly string[]
}

/** Runs lines on the playground for so many seconds, strictly; the cluster is up when the first begins. */
export function tell(lines: readonly Line[], forS: number, hosts: readonly ScenarioHost[] = PLAYGROUND): Told {
  let at = BEGIN
  const own = lines.map((line): Action => {
    const [when, text] = typeof line === 'string' ? ([at, line] as const) : line
    at = when
    return text.startsWith('!') ? click(when, text.slice(1)) : typed(when, text)
  })
  const actions = [...startAll(hosts), ...own]
  const engine = new ClusterEngine(createWorld(scenarioWith(3, hosts, actions)), { mode: 'plain', strict: true })
  const shared = new Set<string>()
  const onEvent = (): void => {
    const tools = Object.values(engine.world.processes).filter((proc) => proc.kind.startsWith('kafka-'))
    if (tools.length > 0) for (const place of sharedState({ ...engine.world, processes: tools } as unknown as World)) shared.add(place)
  }
  engine.observers = [{ onEvent }]
  runActions(engine, actions, seconds(BEGIN + forS))
  return { answers: answersOf(engine.world), world: engine.world, shared: [...shared] }
}

function answersOf(world: World): string[] {
  const out: string[] = []
  for (const entry of world.terminals.t!.entries) {
    if (entry.kind === 'input') out.push('')
    else if (entry.kind === 'output') out[out.length - 1] += entry.text.replace(/\[[-0-9: ,]{23}\]/g, '[time]')
    else if (entry.kind === 'exit' && entry.code !== 0) out[out.length - 1] += `= ${entry.code}\n`
  }
  return out
}
/** The lines of a host's log that bear one of these texts. */
export const logged = (world: World, host: string, ...texts: readonly string[]): string[] =>
  [...world.hosts[host]!.logs.console!].map((entry) => entry.text).filter((text) => texts.some((t) => text.includes(t)))
/** The options of a tool that the shell knows, without their dashes. */
export function completedOptions(tool: string): string[] {
  const line = `./wrappers/${tool} --`
  const { candidates } = complete(line, line.length, { programs: [], list: () => undefined, machines: [], topics: () => [], home: '/' })
  return candidates.map((candidate) => candidate.text.trim().slice(2))
}
