// Places for words beside marks and lines: none may lie on a box or on other words. What finds no place is not written; its title still says it.

import type { Box } from './layout.ts'
import type { Point } from './path.ts'
import { textWidth } from './text.ts'

export type Anchor = 'start' | 'end' | 'middle'

export interface LabelPlace {
  readonly box: Box
  readonly anchor: Anchor
  readonly x: number
  readonly y: number
}

const overlaps = (a: Box, b: Box): boolean => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

/** Boxes that are taken, and a width that words stay within. */
export class Labels {
  readonly #taken: Box[]
  readonly #width: number

  constructor(boxes: Iterable<Box>, width: number) {
    this.#taken = [...boxes]
    this.#width = width
  }

  /**
   * Takes a place for a text at a point of a line, `gap` pixels away: right or left of a line that stands, above or below one that lies (`flat`), never on the line itself;
   * undefined when none is free.
   */
  take(text: string, { x, y }: Point, flat: boolean, gap: number, size: number, mono: boolean): LabelPlace | undefined {
    const wide = textWidth(text, size, mono)
    const place = (anchor: Anchor, atX: number, atY: number): LabelPlace => {
      const left = anchor === 'start' ? atX : anchor === 'end' ? atX - wide : atX - wide / 2
      return { anchor, x: atX, y: atY, box: { x: left - 1, y: atY - 11, width: wide + 2, height: 14 } }
    }
    const tries = flat
      ? [y - gap, y + gap + 8].flatMap((atY) => [place('middle', x, atY), place('start', x - 5, atY), place('end', x + 5, atY)])
      : [place('start', x + gap, y + 4), place('end', x - gap, y + 4)]
    const free = tries.find(
      ({ box }) => box.x > 3 && box.x + box.width < this.#width - 3 && box.y > 0 && !this.#taken.some((other) => overlaps(other, box)),
    )
    if (free !== undefined) this.#taken.push(free.box)
    return free
  }
}
