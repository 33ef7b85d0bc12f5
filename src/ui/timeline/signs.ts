// The marks' shapes as path data around (0,0): SVG and canvas draw the same. Open shapes are stroked, the others filled.

import type { MarkSign } from '../session/index.ts'

/** A mark's "radius" by its weight. */
export const RADIUS = { 1: 2.9, 2: 3.7, 3: 4.5 } as const

export const isOpen = (sign: MarkSign): boolean => sign === 'cross' || sign === 'ring'

export function signPath(sign: MarkSign, r: number): string {
  switch (sign) {
    case 'dot':
      return `M${-r},0a${r},${r} 0 1 0 ${2 * r},0a${r},${r} 0 1 0 ${-2 * r},0z`
    case 'ring': {
      const q = r - 0.6
      return `M${-q},0a${q},${q} 0 1 0 ${2 * q},0a${q},${q} 0 1 0 ${-2 * q},0z`
    }
    case 'diamond':
      return `M0,${-r * 1.3}L${r * 1.3},0L0,${r * 1.3}L${-r * 1.3},0z`
    case 'square':
      return `M${-r * 0.9},${-r * 0.9}h${r * 1.8}v${r * 1.8}h${-r * 1.8}z`
    case 'triangle':
      return `M0,${-r * 1.2}L${r * 1.15},${r * 0.85}L${-r * 1.15},${r * 0.85}z`
    case 'cross':
      return `M${-r},${-r}L${r},${r}M${r},${-r}L${-r},${r}`
  }
}
