// The rates of play: virtual seconds a second, in steps that a slider and two keys walk through.

/** 0.001x to 1000x in steps of 1, 2, 5. */
export const RATES: readonly number[] = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]
export const SLOWEST = RATES[0]!
export const FASTEST = RATES.at(-1)!

/** The step nearest to a rate, as an index into `RATES`; ratios count, not differences. */
export function rateIndex(rate: number): number {
  let best = 0
  for (let i = 1; i < RATES.length; i++) {
    if (Math.abs(Math.log(RATES[i]! / rate)) < Math.abs(Math.log(RATES[best]! / rate))) best = i
  }
  return best
}

/** The rate `steps` steps faster (or, below 0, slower), within the bounds. */
export function stepRate(rate: number, steps: number): number {
  const at = rateIndex(rate) + steps
  return RATES[Math.max(0, Math.min(RATES.length - 1, at))]!
}

/** `0.001×`, `1×`, `37×`: at most two significant digits below 10, whole numbers above. */
export function rateText(rate: number): string {
  if (!Number.isFinite(rate) || rate <= 0) return '0×'
  if (rate >= 10) return `${Math.round(rate)}×`
  return `${Number(rate.toPrecision(rate < 1 ? 1 : 2))}×`
}
