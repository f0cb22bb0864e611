export const recordTabs = ['record', 'related', 'history', 'json', 'access'] as const
export type RecordTab = (typeof recordTabs)[number]

/** What a link to a record keeps, beside what the grid below it keeps. */
export interface RecordSearch {
  readonly tab?: RecordTab
}

export const parseRecordSearch = ({ tab }: Record<string, unknown>): RecordSearch => {
  const known = recordTabs.find((name) => name === tab && name !== 'record')
  return known ? { tab: known } : {}
}

export interface NewRecordSearch {
  /** The id of the record whose values it begins with. */
  readonly copyOf?: string
}

export const parseNewSearch = ({ copyOf }: Record<string, unknown>): NewRecordSearch =>
  typeof copyOf === 'string' ? { copyOf } : {}
