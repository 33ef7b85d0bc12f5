// The pointer on the timeline: a press that stays is a click, one that moves drags the playhead, a second finger makes it a pinch. Knows nothing of Svelte.

export interface ScrubHandlers {
  /** The playhead is taken hold of at a pixel. */
  readonly begin: (x: number) => void
  /** Dragged: the pixel now, and how far from where it began. */
  readonly drag: (x: number, moved: number) => void
  readonly end: () => void
  readonly click: (x: number, y: number) => void
  readonly hover: (at: { readonly x: number; readonly y: number } | undefined) => void
}

/** Pixels that a press may move and still be a click; a finger is less sure than a mouse. */
const STEADY = { mouse: 3, touch: 8 }

/** Attaches; returns what detaches. */
export function attachScrub(node: HTMLElement, handlers: ScrubHandlers): () => void {
  const down = new Map<number, { readonly x: number; readonly y: number }>()
  let dragging = false
  let pinching = false

  const place = (event: PointerEvent): { x: number; y: number } => {
    const box = node.getBoundingClientRect()
    return { x: event.clientX - box.left, y: event.clientY - box.top }
  }
  const stop = (): void => {
    if (dragging) handlers.end()
    dragging = false
  }

  const onDown = (event: PointerEvent): void => {
    if (event.button !== 0) return
    down.set(event.pointerId, place(event))
    node.setPointerCapture(event.pointerId)
    handlers.hover(undefined)
    if (down.size > 1) {
      stop()
      pinching = true
    }
  }
  const onMove = (event: PointerEvent): void => {
    const at = place(event)
    const start = down.get(event.pointerId)
    if (!start) {
      if (event.pointerType === 'mouse') handlers.hover(at)
      return
    }
    if (pinching) return
    if (!dragging && Math.abs(at.x - start.x) > (event.pointerType === 'mouse' ? STEADY.mouse : STEADY.touch)) {
      dragging = true
      handlers.begin(start.x)
    }
    if (dragging) handlers.drag(at.x, at.x - start.x)
  }
  const onUp = (event: PointerEvent): void => {
    const start = down.get(event.pointerId)
    if (!start) return
    down.delete(event.pointerId)
    if (pinching) {
      pinching = down.size > 0
      return
    }
    if (dragging) stop()
    else if (event.type === 'pointerup') handlers.click(start.x, start.y)
  }
  const onLeave = (): void => handlers.hover(undefined)

  const listeners: readonly (readonly [string, (event: PointerEvent) => void])[] = [
    ['pointerdown', onDown],
    ['pointermove', onMove],
    ['pointerup', onUp],
    ['pointercancel', onUp],
    ['pointerleave', onLeave],
  ]
  for (const [type, listener] of listeners) node.addEventListener(type, listener as EventListener)
  return () => {
    stop()
    for (const [type, listener] of listeners) node.removeEventListener(type, listener as EventListener)
  }
}
