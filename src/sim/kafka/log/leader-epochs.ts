// At which offset each leader's epoch began: what tells a follower where to cut its log (server/epoch/LeaderEpochFileCache.scala at 2.3.0).

/** Frozen pairs, epochs and offsets growing. */
export type LeaderEpochs = readonly (readonly [epoch: number, startOffset: number])[]
export interface OffsetAndEpoch {
  readonly epoch: number
  readonly offset: number
}
export const UNDEFINED_EPOCH = -1
export const UNDEFINED_OFFSET = -1

export const latestEpoch = (epochs: LeaderEpochs): number | undefined => epochs[epochs.length - 1]?.[0]

/** A leader, or a batch of a new one, begins an epoch at an offset. Entries that contradict it go. The same array when nothing changes. */
export function assignEpoch(epochs: LeaderEpochs, epoch: number, startOffset: number): LeaderEpochs {
  const last = epochs[epochs.length - 1]
  if (last !== undefined && last[0] === epoch && startOffset >= last[1]) return epochs
  const kept = epochs.filter(([e, start]) => e < epoch && start < startOffset)
  return Object.freeze([...kept, Object.freeze([epoch, startOffset] as const)])
}

/** Where the log of an epoch ends: that epoch, or the last before it, and the offset after its last record. Undefined when the epoch is not known. */
export function endOffsetForEpoch(epochs: LeaderEpochs, epoch: number, logEndOffset: number): OffsetAndEpoch | undefined {
  if (epoch === UNDEFINED_EPOCH) return undefined
  if (latestEpoch(epochs) === epoch) return { epoch, offset: logEndOffset }
  const next = epochs.find(([e]) => e > epoch)
  if (next === undefined) return undefined
  const previous = epochs.filter(([e]) => e <= epoch)
  return { epoch: previous[previous.length - 1]?.[0] ?? epoch, offset: next[1] }
}

/** The log ends at an offset now. */
export function truncateEpochsFromEnd(epochs: LeaderEpochs, endOffset: number): LeaderEpochs {
  const last = epochs[epochs.length - 1]
  if (endOffset < 0 || last === undefined || last[1] < endOffset) return epochs
  return Object.freeze(epochs.filter(([, start]) => start < endOffset))
}
/** The log starts at an offset now: the epoch that holds it starts there. */
export function truncateEpochsFromStart(epochs: LeaderEpochs, startOffset: number): LeaderEpochs {
  const first = epochs[0]
  if (startOffset < 0 || first === undefined || first[1] >= startOffset) return epochs
  const before = epochs.filter(([, start]) => start <= startOffset)
  const after = epochs.filter(([, start]) => start > startOffset)
  const [epoch] = before[before.length - 1]!
  return Object.freeze([Object.freeze([epoch, startOffset] as const), ...after])
}

/** `leader-epoch-checkpoint`: version, count, a line an epoch. */
export const encodeEpochs = (epochs: LeaderEpochs): string =>
  ['0', String(epochs.length), ...epochs.map(([epoch, start]) => `${epoch} ${start}`)].join('\n') + '\n'
export function decodeEpochs(text: string): LeaderEpochs {
  const [version, , ...lines] = text.split('\n')
  if (version !== '0') return Object.freeze([])
  return Object.freeze(
    lines.flatMap((line) => {
      const match = /^(\d+) (\d+)$/.exec(line)
      return match ? [Object.freeze([Number(match[1]), Number(match[2])] as const)] : []
    }),
  )
}
