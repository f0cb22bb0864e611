/** The change log: what was committed, in its order. Realtime, webhooks, history and trash read it. */
export type { Change, ChangePage, RecordImage } from './change.js'
export { type ChangeCursor, covers, hasRead, isSeen, neededFrom, type Sight, sightOf } from './change-cursor.js'
export { ChangeLog } from './change-log.js'
export { ChangeSignals } from './change-signals.js'
export { ChangeTailer } from './change-tailer.js'
export { ChangeRetention } from './retention/retention.js'
