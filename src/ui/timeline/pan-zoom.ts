// d3-zoom on an element, for a window of time: wheel and pinch zoom, a sideways wheel pans. Knows nothing of Svelte; the window is asked for, never kept.

import { select } from 'd3-selection'
import { zoom, zoomIdentity, type D3ZoomEvent } from 'd3-zoom'
import { TimeScale, zoomExtent } from './scale.ts'

export interface PanZoomOptions {
  /** The window at present. */
  readonly scale: () => TimeScale
  /** Called with each new window. */
  readonly change: (scale: TimeScale) => void
}

/** Pixels a line of a wheel that counts in lines. */
const LINE = 16

/** Attaches; returns what detaches. */
export function attachPanZoom(node: HTMLElement, { scale, change }: PanZoomOptions): () => void {
  const behaviour = zoom<HTMLElement, unknown>()
  const sideways = (event: WheelEvent): boolean => event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)

  behaviour
    .filter((event: Event) => {
      const zooms = event.type === 'wheel' ? !sideways(event as WheelEvent) : 'touches' in event && (event as TouchEvent).touches.length > 1
      if (zooms) {
        // The window may have moved since the last gesture: d3 begins from where it is.
        const now = scale()
        const { k, x } = now.transform
        behaviour.scaleExtent(zoomExtent(now.width))
        select(node).property('__zoom', zoomIdentity.translate(x, 0).scale(k))
      }
      return zooms
    })
    .on('zoom', (event: D3ZoomEvent<HTMLElement, unknown>) => {
      if (event.sourceEvent) change(TimeScale.ofTransform(event.transform.k, event.transform.x, scale().width))
    })

  const onWheel = (event: WheelEvent): void => {
    if (!sideways(event)) return
    event.preventDefault()
    const delta = Math.abs(event.deltaX) > Math.abs(event.deltaY) ? event.deltaX : event.deltaY
    change(scale().panned(event.deltaMode === WheelEvent.DOM_DELTA_LINE ? delta * LINE : delta))
  }

  select(node).call(behaviour).on('dblclick.zoom', null)
  node.addEventListener('wheel', onWheel, { passive: false })
  return () => {
    select(node).on('.zoom', null)
    node.removeEventListener('wheel', onWheel)
  }
}
