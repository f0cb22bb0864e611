import { createContext, use } from 'react'

/** What a record that is open over the grid may ask it. */
export interface GridContextValue {
  /** The records before and after this one, in the order of the grid, as far as they are loaded. */
  neighbours(id: string): { readonly previous?: string | undefined; readonly next?: string | undefined }
}

export const GridContext = createContext<GridContextValue>({ neighbours: () => ({}) })

export const useGrid = (): GridContextValue => use(GridContext)
