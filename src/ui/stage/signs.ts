// The stage's small signs as path data around (0,0), and the shapes of packets: each concept's second sign beside its colour.

import type { Sign } from '../scene/index.ts'

export const CROWN = 'M-7.5,5l-1.7,-8.6l4.4,3.6l4.8,-6l4.8,6l4.4,-3.6l-1.700,8.600z'
export const PAUSE = 'M-4,-5h3v10h-3zM1.500,-5h3v10h-3z'
export const QUESTION = 'M-3,-3.2a3,3 0 1 1 4.600,2.600q-1.600,1 -1.600,2.400M0,5v0.1'
export const POWER = 'M0,-6V0M-4.200,-3.600a5.600,5.600 0 1 0 8.400,0'
/** A play sign for what can be started. */
export const START = 'M-3,-4.800v9.600l7.600,-4.800z'
export const CROSS = 'M-5,-5L5,5M5,-5L-5,5'

/** A packet's mark of a "radius"; all signs cover about the same area. */
export function signPath(sign: Sign, radius: number): string {
  const r = radius
  switch (sign) {
    case 'circle':
      return `M${-r},0a${r},${r} 0 1 0 ${2 * r},0a${r},${r} 0 1 0 ${-2 * r},0z`
    case 'diamond':
      return `M0,${-r * 1.3}L${r * 1.3},0L0,${r * 1.3}L${-r * 1.3},0z`
    case 'square':
      return `M${-r * 0.92},${-r * 0.92}h${r * 1.84}v${r * 1.84}h${-r * 1.84}z`
    case 'triangle':
      return `M0,${-r * 1.25}L${r * 1.2},${r * 0.9}L${-r * 1.2},${r * 0.9}z`
    case 'pentagon': {
      const corners = [
        [0, -1.15],
        [1.09, -0.36],
        [0.68, 0.93],
        [-0.68, 0.93],
        [-1.09, -0.36],
      ]
      return `M${corners.map(([x, y]) => `${x! * r},${y! * r}`).join('L')}z`
    }
    case 'bar':
      return `M${-r * 1.2},${-r * 0.55}h${r * 2.4}v${r * 1.1}h${-r * 2.4}z`
  }
}
