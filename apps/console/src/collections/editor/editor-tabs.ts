/** Parts of a collection, as the URL names them; the first one is not named there. */
export const editorTabs = ['fields', 'indexes', 'options', 'json', 'api'] as const

export type EditorTab = (typeof editorTabs)[number]
