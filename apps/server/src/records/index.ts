/** The CRUD engine: collection → scopes → parse → plan → run → respond. */
export { LiveRecords, type RecordState } from './live/live-records.js'
export { type LiveQuery, parseLiveQuery } from './live/parse-live-query.js'
export { type ErasedRecord, type ErasedTraces, PersonalRecords } from './personal/personal-records.js'
export { parseQueryBody, parseQueryString, type RawListQuery } from './read/raw-query.js'
export type { Expansion, SelectedField, Selection, SortKey } from './read/selection.js'
export { sortKeyName } from './read/selection.js'
export { RecordsService } from './records.service.js'
export { InternalWrites } from './write/internal-writes.js'
