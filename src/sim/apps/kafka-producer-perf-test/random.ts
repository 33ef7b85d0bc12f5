// java.util.Random: the payload is what the real tool draws, byte for byte.

/** 48 bits, as two halves of 24. */
export interface JavaRandom {
  high: number
  low: number
}
const [A_HIGH, A_LOW] = [0x5de, 0xece66d]
const HALF = 0x1000000

export const newRandom = (seed: number): JavaRandom => {
  const low = (seed % HALF) ^ A_LOW
  return { high: (Math.floor(seed / HALF) % HALF) ^ A_HIGH, low }
}
/** The next 31 bits. */
function next31(random: JavaRandom): number {
  const low = random.low * A_LOW + 0xb
  const carry = Math.floor(low / HALF)
  random.high = (random.high * A_LOW + random.low * A_HIGH + carry) % HALF
  random.low = low % HALF
  return Math.floor((random.high * HALF + random.low) / 0x20000)
}
/** 0 up to a bound, without it. */
export function nextInt(random: JavaRandom, bound: number): number {
  if ((bound & -bound) === bound) return Math.floor((bound * next31(random)) / 2147483648)
  for (;;) {
    const bits = next31(random)
    const value = bits % bound
    if (bits - value + (bound - 1) < 2147483648) return value
  }
}
/** Capital letters. */
export function drawLetters(random: JavaRandom, length: number): string {
  let text = ''
  for (let i = 0; i < length; i++) text += String.fromCharCode(65 + nextInt(random, 26))
  return text
}
