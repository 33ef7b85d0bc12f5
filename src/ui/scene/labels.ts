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
   * Takes a place for a text at a point of a line, `gap` pixels away: right, left, above, below (`flat`, where the line lies: above and below first); undefined when none
   * is free.
   */
  take(text: string, { x, y }: Point, flat: boolean, gap: number, size: number, mono: boolean): LabelPlace | undefined {
    const wide = textWidth(text, size, mono)
    const beside: LabelPlace[] = [
      { anchor: 'start', x: x + gap, y: y + 4, box: { x: x + gap - 1, y: y - 7, width: wide + 2, height: 14 } },
      { anchor: 'end', x: x - gap, y: y + 4, box: { x: x - gap - 1 - wide, y: y - 7, width: wide + 2, height: 14 } },
    ]
    const above: LabelPlace[] = [
      { anchor: 'middle', x, y: y - gap, box: { x: x - wide / 2, y: y - gap - 11, width: wide, height: 14 } },
      { anchor: 'middle', x, y: y + gap + 8, box: { x: x - wide / 2, y: y + gap - 3, width: wide, height: 14 } },
    ]
    const tries = flat ? [...above, ...beside] : [...beside, ...above]
    const place = tries.find(
      ({ box }) => box.x > 3 && box.x + box.width < this.#width - 3 && box.y > 0 && !this.#taken.some((other) => overlaps(other, box)),
    )
    if (place !== undefined) this.#taken.push(place.box)
    return place
  }
}
