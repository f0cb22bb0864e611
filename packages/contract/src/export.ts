/** What a file of records looks like: a list of cells per line, a JSON object per line, or one JSON array. */
export const exportFormats = ['csv', 'ndjson', 'json'] as const

export type ExportFormat = (typeof exportFormats)[number]
