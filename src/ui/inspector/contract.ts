// What the inspector needs of the page's session.

import type { Action, Fork, History, Micros, World } from '../../sim/index.ts'
import type { Selection } from '../scene/selection.ts'

export interface InspectorSession {
  readonly world: World
  readonly now: Micros
  /** The end of what was shown of the present fork: the tip may know more than the reader. */
  readonly seen: Micros
  readonly selection: Selection | undefined
  /** The present fork; its tip is the furthest World known of it. */
  readonly current: Fork
  readonly scenario: { readonly actions: readonly Action[] }
  readonly history: Pick<History, 'without'>
  select(selection: Selection | undefined): void
  seek(at: Micros): void
}
