// Seeded randomness. Every draw names its stream, so that one more draw in one place does not change another; a stream's whole state is one 32-bit integer in the World.

/** FNV-1a over UTF-16 units. */
export function hashString(text: string, seed = 0x811c9dc5): number {
  let h = seed
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return h >>> 0
}

const mix = (x: number): number => {
  let h = x
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad)
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97)
  return (h ^ (h >>> 15)) >>> 0
}

/** The states of all streams, by name. */
export interface RandomStates {
  seed: number
  streams: Record<string, number>
}

/** The next 32 bits of a stream (splitmix32). */
export function draw32(states: RandomStates, stream: string): number {
  const state = ((states.streams[stream] ?? mix(states.seed ^ hashString(stream))) + 0x9e3779b9) >>> 0
  states.streams[stream] = state
  return mix(state)
}

/** An integer in [0, n), for n up to 2^32. */
export function drawBelow(states: RandomStates, stream: string, n: number): number {
  return Math.floor((draw32(states, stream) / 4294967296) * n)
}

/** An integer in [min, max]. */
export const drawBetween = (states: RandomStates, stream: string, min: number, max: number): number =>
  min + drawBelow(states, stream, max - min + 1)
