// Opening run documents: near ones at once, far ones (whose moments take long to simulate) in small steps, so that no link can make a page hang.

import { DocumentError, fingerprint, History, openDocument, type Micros, type OpenedRun } from '../../sim/index.ts'

export type { OpenedRun }

/** Virtual time up to here is simulated in well under a second. */
const NEAR = 600_000_000
/** Events a step. */
const STEP_EVENTS = 2000
/** The document's own bound on times: a week. */
const LAST_MOMENT = 7 * 24 * 3600 * 1_000_000

interface Shape {
  readonly at: number
  readonly fork?: number
  readonly fingerprint?: string
  readonly engine: string
  readonly forks?: readonly {
    readonly parent: number
    readonly at: number
    readonly actions: readonly (readonly [number, string, '$', string])[]
  }[]
}

const isTime = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= LAST_MOMENT

/** The places and times of a document's moments, as far as they make sense; what makes none is left for `openDocument` to refuse. */
function shapeOf(document: unknown): Shape | undefined {
  if (typeof document !== 'object' || document === null) return undefined
  const shape = document as Shape
  const forks: unknown = shape.forks ?? []
  if (!isTime(shape.at) || !Array.isArray(forks)) return undefined
  const sound = forks.every((fork: unknown) => {
    const { at, actions } = (fork ?? {}) as Partial<NonNullable<Shape['forks']>[number]>
    return isTime(at) && Array.isArray(actions) && actions.every((action) => Array.isArray(action) && Number(action[0]) >= at)
  })
  return sound ? shape : undefined
}

/** Does a document point so far that it must be opened in steps? */
export function isFar(document: unknown): boolean {
  const shape = shapeOf(document)
  return shape !== undefined && [shape.at, ...(shape.forks ?? []).map((f) => f.at)].some((at) => at > NEAR)
}

/** Opens a document at once. Throws DocumentError. */
export const openNear = (document: unknown): OpenedRun => openDocument(document)

/** Opens a far document in steps, each giving the time reached. Throws DocumentError, with the first step at the latest. */
export function* openFar(document: unknown): Generator<Micros, OpenedRun> {
  const shape = shapeOf(document)
  if (!shape) throw new DocumentError('document', 'its moments make no sense')
  const forks = shape.forks ?? []
  // The same document with all its moments at 0 is checked whole and simulates nothing.
  const checked = openDocument({ ...shape, at: 0, fork: 0, fingerprint: '', forks: forks.map((f) => ({ ...f, at: 0 })) }).history
  const fork = shape.fork ?? 0
  if (!Number.isInteger(fork) || fork < 0 || fork > forks.length)
    throw new DocumentError('fork', `a whole number from 0 to ${forks.length} is expected`)
  const history = new History(checked.scenario, checked.forks[0]!.actions)
  for (const { parent, at, actions } of forks) {
    history.select(parent)
    yield* reach(history, at)
    const later = actions.map(([time, terminal, kind, text]) => Object.freeze({ at: time as Micros, terminal, kind, text }))
    history.restoreFork(parent, at as Micros, later)
  }
  history.select(fork)
  yield* reach(history, shape.at)
  const same = !shape.fingerprint || shape.fingerprint === fingerprint(history.world)
  return {
    history,
    warning: same ? '' : `This run was made by engine version ${shape.engine}; this version ends in another state at this moment.`,
  }
}

function* reach(history: History, at: number): Generator<Micros, void> {
  while (!history.seek(at as Micros, STEP_EVENTS)) yield history.now
}
