// Words and their widths without a DOM: close enough to decide what fits, never to place one letter after another. Ages and times as the stage says them.

import type { Micros } from '../../sim/index.ts'

const NARROW = "fijlrtI.,:;'|!()[] "
const WIDE = 'mwMW@%'

/** Estimated width in pixels of a text in Inter at a size; `mono`: exact, in JetBrains Mono. */
export function textWidth(text: string, size: number, mono = false): number {
  if (mono) return text.length * size * 0.6
  let em = 0
  for (const c of text) em += NARROW.includes(c) ? 0.3 : WIDE.includes(c) ? 0.86 : c >= 'A' && c <= 'Z' ? 0.68 : 0.575
  return em * size
}

/** The text, or as much of it as fits with an ellipsis; empty when not even one letter does. */
export function fit(text: string, width: number, size: number, mono = false): string {
  if (textWidth(text, size, mono) <= width) return text
  for (let n = text.length - 1; n > 0; n--) {
    const shorter = text.slice(0, n).trimEnd() + '…'
    if (textWidth(shorter, size, mono) <= width) return shorter
  }
  return ''
}

/** The first of several wordings, longest first, that fits; the last one cut where none does. */
export function firstThatFits(wordings: readonly string[], width: number, size: number, mono = false): string {
  for (const wording of wordings) if (textWidth(wording, size, mono) <= width) return wording
  return fit(wordings.at(-1) ?? '', width, size, mono)
}

/** `0.4 s`, `7.4 s`, `54 s`, `3 min 5 s`. */
export function duration(span: Micros | number): string {
  const s = Math.max(0, span) / 1_000_000
  if (s < 9.95) return `${(Math.floor(s * 10) / 10).toFixed(1)} s`
  if (s < 120) return `${Math.floor(s)} s`
  const minutes = Math.floor(s / 60)
  const rest = Math.floor(s) % 60
  return rest === 0 || minutes >= 60 ? `${minutes} min` : `${minutes} min ${rest} s`
}

/** `0x1·3f`: a zxid's epoch and counter, hexadecimal as ZooKeeper prints it but told apart. */
export const shortZxid = (zxid: number): string => `0x${Math.floor(zxid / 4294967296).toString(16)}·${(zxid % 4294967296).toString(16)}`
export const fullZxid = (zxid: number): string => `0x${zxid.toString(16)}`
/** `0x1…0003`: a session id's ends, which tell sessions apart. */
export const shortSession = (id: string): string => (id.length <= 8 ? `0x${id}` : `0x${id.slice(0, 1)}…${id.slice(-4)}`)
