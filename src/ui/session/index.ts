// The session: playback, selection, sharing and the words for what happens. The page makes one Session and hands it around.
export { LAST_MOMENT, Session, type Notice } from './session.svelte.ts'
export { RATES, rateIndex, rateText, stepRate } from './rates.ts'
export { markOf, say, weightOf, type LaneName, type MarkSign, type Weight } from './say.ts'
