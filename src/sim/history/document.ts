// The run document: scenario, actions and forks as JSON, checked field by field when it comes from outside. Nothing is dropped in silence.

import { seconds, type Micros } from '../base/index.ts'
import type { Action, Scenario, ScenarioHost } from '../cluster/index.ts'
import { fingerprint } from '../kernel/index.ts'
import { scenarioNamed, scenarios } from '../scenarios/index.ts'
import { History, FORKS_LIMIT } from './history.ts'

export const FORMAT = 1
/** Changes when the same run may end elsewhere. */
export const ENGINE_VERSION = '1'

/** Bounds on what is accepted from outside. */
export const ACTIONS_LIMIT = 20_000
export const ACTION_TEXT_LIMIT = 65_536
export const HOSTS_LIMIT = 40
export const TIME_LIMIT: Micros = seconds(7 * 24 * 3600)

/** [microseconds, terminal, kind, text] */
export type ActionTuple = readonly [number, string, Action['kind'], string]

export interface RunDocument {
  readonly format: number
  readonly engine: string
  /** A shipped scenario's name, or a whole scenario. */
  readonly scenario: string | Omit<Scenario, 'actions'>
  /** The scenario's own seed unless given. */
  readonly seed?: number
  readonly actions: readonly ActionTuple[]
  readonly forks: readonly { readonly parent: number; readonly at: number; readonly actions: readonly ActionTuple[] }[]
  /** The moment it points at. */
  readonly fork: number
  readonly at: number
  readonly fingerprint: string
}

/** A place in a document and what is wrong there. */
export class DocumentError extends Error {
  constructor(
    readonly place: string,
    readonly reason: string,
  ) {
    super(`${place}: ${reason}`)
  }
}

const tuple = (a: Action): ActionTuple => [a.at, a.terminal, a.kind, a.text]

/** The document of a history at its present moment. */
export function toDocument(history: History): RunDocument {
  const { scenario, forks } = history
  const shipped = scenarioNamed(scenario.name)
  const own = { ...scenario, actions: undefined }
  const isShipped =
    shipped !== undefined && JSON.stringify({ ...shipped, actions: undefined, seed: 0 }) === JSON.stringify({ ...own, seed: 0 })
  const first = forks[0]!
  return {
    format: FORMAT,
    engine: ENGINE_VERSION,
    scenario: isShipped ? scenario.name : (own as Omit<Scenario, 'actions'>),
    ...(isShipped && shipped.seed !== scenario.seed ? { seed: scenario.seed } : {}),
    actions: first.actions.map(tuple),
    forks: forks.slice(1).map((f) => {
      const inherited = forks[f.parent]!.actions
      let shared = 0
      while (shared < inherited.length && inherited[shared] === f.actions[shared]) shared++
      return { parent: f.parent, at: f.at, actions: f.actions.slice(shared).map(tuple) }
    }),
    fork: history.current.id,
    at: history.now,
    fingerprint: fingerprint(history.world),
  }
}

type Json = Readonly<Record<string, unknown>>

function fail(place: string, reason: string): never {
  throw new DocumentError(place, reason)
}
const object = (value: unknown, place: string): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : fail(place, 'an object is expected')
const array = (value: unknown, place: string, limit: number): readonly unknown[] => {
  if (!Array.isArray(value)) return fail(place, 'a list is expected')
  return value.length <= limit ? value : fail(place, `at most ${limit} items are accepted, here are ${value.length}`)
}
const text = (value: unknown, place: string, limit: number): string => {
  if (typeof value !== 'string') return fail(place, 'a text is expected')
  return value.length <= limit ? value : fail(place, `at most ${limit} characters are accepted, here are ${value.length}`)
}
const integer = (value: unknown, place: string, min: number, max: number): number =>
  typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
    ? value
    : fail(place, `a whole number from ${min} to ${max} is expected`)
const known = (value: Json, place: string, keys: readonly string[]): void => {
  for (const key of Object.keys(value)) if (!keys.includes(key)) fail(`${place}.${key}`, 'this field is not known')
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/
const name = (value: unknown, place: string): string => {
  const s = text(value, place, 63)
  return NAME.test(s) ? s : fail(place, `"${s}" is not a name (letters, digits, dots, dashes)`)
}

function parseActions(value: unknown, place: string, from: number): Action[] {
  let last = from
  return array(value, place, ACTIONS_LIMIT).map((item, i) => {
    const here = `${place}[${i}]`
    const [at, terminal, kind, line, ...rest] = array(item, here, 4)
    if (rest.length > 0) fail(here, 'four items are expected')
    const time = integer(at, `${here}[0]`, 0, TIME_LIMIT)
    if (time < last) fail(`${here}[0]`, `actions go forward in time, and ${time} comes before ${last}`)
    last = time
    if (kind !== '$' && kind !== '>' && kind !== '^' && kind !== '!') fail(`${here}[2]`, 'one of $ > ^ ! is expected')
    if (kind === '^' && line !== 'C' && line !== 'D') fail(`${here}[3]`, 'C or D is expected')
    return Object.freeze({
      at: time as Micros,
      terminal: name(terminal, `${here}[1]`),
      kind,
      text: text(line, `${here}[3]`, ACTION_TEXT_LIMIT),
    }) as Action
  })
}

function strings(value: unknown, place: string): Record<string, string> {
  return Object.fromEntries(Object.entries(object(value, place)).map(([k, v]) => [text(k, place, 200), text(v, `${place}.${k}`, 4000)]))
}

function parseHost(value: unknown, place: string): ScenarioHost {
  const host = object(value, place)
  known(host, place, ['name', 'hostname', 'image', 'id', 'properties'])
  const image = host.image
  if (image !== 'zookeeper' && image !== 'kafka' && image !== 'client')
    fail(`${place}.image`, 'one of zookeeper, kafka, client is expected')
  return {
    name: name(host.name, `${place}.name`),
    image: image as ScenarioHost['image'],
    ...(host.hostname === undefined ? {} : { hostname: name(host.hostname, `${place}.hostname`) }),
    ...(host.id === undefined ? {} : { id: integer(host.id, `${place}.id`, 0, 1_000_000) }),
    ...(host.properties === undefined ? {} : { properties: strings(host.properties, `${place}.properties`) }),
  }
}

function parseScenario(value: unknown, seed: number | undefined): Scenario {
  if (typeof value === 'string') {
    const found = scenarioNamed(value)
    if (!found) return fail('scenario', `"${value.slice(0, 60)}" is not one of ${scenarios.map((s) => s.name).join(', ')}`)
    return { ...found, seed: seed ?? found.seed }
  }
  const s = object(value, 'scenario')
  known(s, 'scenario', ['name', 'title', 'about', 'seed', 'hosts', 'epochMs', 'costs', 'choices'])
  const hosts = array(s.hosts, 'scenario.hosts', HOSTS_LIMIT).map((h, i) => parseHost(h, `scenario.hosts[${i}]`))
  const names = new Set(hosts.map((h) => h.name))
  if (names.size < hosts.length || names.has('host')) fail('scenario.hosts', 'host names must differ, and none may be "host"')
  const costs = s.costs === undefined ? undefined : object(s.costs, 'scenario.costs')
  return {
    name: text(s.name, 'scenario.name', 200),
    title: text(s.title, 'scenario.title', 400),
    about: text(s.about, 'scenario.about', 20_000),
    seed: seed ?? integer(s.seed, 'scenario.seed', 0, 0xffffffff),
    hosts,
    epochMs: integer(s.epochMs, 'scenario.epochMs', 0, 8_640_000_000_000),
    ...(costs && {
      costs: Object.fromEntries(
        Object.entries(costs).map(([k, v]) => {
          const [min, max] = array(v, `scenario.costs.${k}`, 2)
          const low = integer(min, `scenario.costs.${k}[0]`, 0, TIME_LIMIT)
          return [k, [low, integer(max, `scenario.costs.${k}[1]`, low, TIME_LIMIT)] as const]
        }),
      ),
    }),
    ...(s.choices === undefined ? {} : { choices: strings(s.choices, 'scenario.choices') }),
    actions: [],
  }
}

export interface OpenedRun {
  readonly history: History
  /** Not empty when the run does not end where the document says: another engine version, told to the reader. */
  readonly warning: string
}

/** Opens a document. Throws DocumentError with the place and the reason. Simulates up to the moment it points at. */
export function openDocument(value: unknown): OpenedRun {
  const doc = object(value, 'document')
  const format = integer(doc.format, 'format', 0, 1_000_000)
  if (format > FORMAT) fail('format', `${format} is newer than this page understands (${FORMAT})`)
  known(doc, 'document', ['format', 'engine', 'scenario', 'seed', 'actions', 'forks', 'fork', 'at', 'fingerprint'])
  const seed = doc.seed === undefined ? undefined : integer(doc.seed, 'seed', 0, 0xffffffff)
  const scenario = parseScenario(doc.scenario, seed)
  const engine = text(doc.engine, 'engine', 100)
  const actions = parseActions(doc.actions, 'actions', 0)
  const forks = array(doc.forks ?? [], 'forks', FORKS_LIMIT - 1).map((item, i) => {
    const place = `forks[${i}]`
    const fork = object(item, place)
    known(fork, place, ['parent', 'at', 'actions'])
    const at = integer(fork.at, `${place}.at`, 0, TIME_LIMIT) as Micros
    return { parent: integer(fork.parent, `${place}.parent`, 0, i), at, actions: parseActions(fork.actions, `${place}.actions`, at) }
  })
  const at = integer(doc.at, 'at', 0, TIME_LIMIT) as Micros
  const fork = integer(doc.fork ?? 0, 'fork', 0, forks.length)
  const expected = text(doc.fingerprint ?? '', 'fingerprint', 64)
  const history = new History(scenario, actions)
  for (const f of forks) history.restoreFork(f.parent, f.at, f.actions)
  history.select(fork)
  history.seek(at)
  const same = expected === '' || expected === fingerprint(history.world)
  const warning = same
    ? ''
    : `This run was made by engine version ${engine}; version ${ENGINE_VERSION} ends in another state at this moment.`
  return { history, warning }
}
