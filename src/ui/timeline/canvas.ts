// Marks on a canvas, where there are too many for elements of their own.

import type { Shown } from './lanes.ts'
import { isOpen, RADIUS, signPath } from './signs.ts'

export interface CanvasLane {
  readonly y: number
  readonly marks: readonly Shown[]
}

/** Draws lanes into a canvas of the given size in CSS pixels. Colours are the look's custom properties, read from the canvas itself. */
export function drawMarks(canvas: HTMLCanvasElement, lanes: readonly CanvasLane[], width: number, height: number): void {
  const ratio = devicePixelRatio || 1
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)]
  if (canvas.width !== w) canvas.width = w
  if (canvas.height !== h) canvas.height = h
  const ctx = canvas.getContext('2d')
  if (!ctx) return
  const style = getComputedStyle(canvas)
  const colours = new Map<string, string>()
  const colour = (concept: string): string => {
    let known = colours.get(concept)
    if (known === undefined) colours.set(concept, (known = style.getPropertyValue(concept === 'you' ? '--ink' : `--${concept}`).trim()))
    return known
  }
  const paths = new Map<string, Path2D>()
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0)
  ctx.clearRect(0, 0, width, height)
  ctx.lineWidth = 1.8
  for (const { y, marks } of lanes) {
    for (const { x, mark } of marks) {
      const key = mark.sign + mark.weight
      let path = paths.get(key)
      if (!path) paths.set(key, (path = new Path2D(signPath(mark.sign, RADIUS[mark.weight]))))
      ctx.setTransform(ratio, 0, 0, ratio, x * ratio, y * ratio)
      if (isOpen(mark.sign)) {
        ctx.strokeStyle = colour(mark.concept)
        ctx.stroke(path)
      } else {
        ctx.fillStyle = colour(mark.concept)
        ctx.fill(path)
      }
    }
  }
}
