// How large the page's regions are, as the reader has set them; kept in the browser where it may be.

import { recall, remember } from '../theme/theme.svelte.ts'

const KEY = 'kafka-playground.regions'

/** Below this width the page is one column: stage, sheet, timeline. */
export const ONE_COLUMN_BELOW = 820

export interface Bounds {
  readonly min: number
  readonly max: number
  readonly usual: number
}

interface Kept {
  inspector?: number
  dock?: number
  timeline?: number
  dockOpen?: boolean
}

function kept(): Kept {
  try {
    const value: unknown = JSON.parse(recall(KEY) ?? '{}')
    return typeof value === 'object' && value !== null ? (value as Kept) : {}
  } catch {
    return {}
  }
}

const sizeOf = (value: unknown): number | undefined => (typeof value === 'number' && Number.isFinite(value) ? value : undefined)
const within = (value: number, { min, max }: Bounds): number => Math.round(Math.max(min, Math.min(max, value)))

export class Sizes {
  /** Of the window, in CSS pixels. */
  width: number = $state(0)
  height: number = $state(0)
  #inspector: number | undefined = $state()
  #dock: number | undefined = $state()
  #timeline: number | undefined = $state()
  #dockOpen: boolean | undefined = $state()

  constructor() {
    const before = kept()
    this.#inspector = sizeOf(before.inspector)
    this.#dock = sizeOf(before.dock)
    this.#timeline = sizeOf(before.timeline)
    this.#dockOpen = typeof before.dockOpen === 'boolean' ? before.dockOpen : undefined
  }

  readonly oneColumn: boolean = $derived(this.width < ONE_COLUMN_BELOW)
  /** Terminals are open at first where there is room for them beside everything else. */
  readonly dockOpen: boolean = $derived(this.oneColumn ? false : (this.#dockOpen ?? this.height >= 680))

  readonly inspectorBounds: Bounds = $derived({
    min: 260,
    max: Math.max(260, this.width - 460),
    usual: Math.min(404, Math.round(this.width * 0.31)),
  })
  readonly dockBounds: Bounds = $derived({
    min: 96,
    max: Math.max(96, this.height - 420),
    usual: Math.round(Math.max(130, Math.min(240, this.height * 0.215))),
  })
  readonly timelineBounds: Bounds = $derived({ min: 96, max: Math.max(96, Math.round(this.height * 0.45)), usual: 156 })

  readonly inspector: number = $derived(within(this.#inspector ?? this.inspectorBounds.usual, this.inspectorBounds))
  readonly dock: number = $derived(within(this.#dock ?? this.dockBounds.usual, this.dockBounds))
  readonly timeline: number = $derived(within(this.#timeline ?? this.timelineBounds.usual, this.timelineBounds))

  setInspector(size: number): void {
    this.#inspector = size
    this.#keep()
  }
  setDock(size: number): void {
    this.#dock = size
    this.#keep()
  }
  setTimeline(size: number): void {
    this.#timeline = size
    this.#keep()
  }
  setDockOpen(open: boolean): void {
    this.#dockOpen = open
    this.#keep()
  }

  #keep(): void {
    const value: Kept = {}
    if (this.#inspector !== undefined) value.inspector = this.#inspector
    if (this.#dock !== undefined) value.dock = this.#dock
    if (this.#timeline !== undefined) value.timeline = this.#timeline
    if (this.#dockOpen !== undefined) value.dockOpen = this.#dockOpen
    remember(KEY, JSON.stringify(value))
  }
}
