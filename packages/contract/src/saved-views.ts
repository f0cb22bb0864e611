import type { ConditionJson } from './definition.js'

/** How a grid of records looks: kept under a name. */
export interface SavedViewDefinition {
  collection: string
  name: string
  /** Every admin sees and may change it; else its maker alone. Default false. */
  shared?: boolean
  /** What the collection opens with: for its maker, or shared for all who have no default of their own. Default false. */
  isDefault?: boolean
  search?: string | null
  filter?: ConditionJson | null
  /** `-createdAt,title` */
  sort?: string | null
  /** Names of the fields that are shown, in their order; null shows what is usual. */
  columns?: string[] | null
  /** Widths of columns in pixels, by field. */
  widths?: { [field: string]: number }
}

/** What is left out stays as it is. */
export type SavedViewChange = Partial<Omit<SavedViewDefinition, 'collection'>>

export interface SavedView extends Required<SavedViewDefinition> {
  id: string
  /** Made by whoever asks. */
  mine: boolean
  createdAt: string
}
