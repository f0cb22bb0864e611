/** What a link to the matrix keeps. */
export interface MatrixSearch {
  readonly view?: 'fields'
  /** Whose fields are shown. */
  readonly collection?: string
}

export const readMatrixSearch = ({ view, collection }: Record<string, unknown>): MatrixSearch => ({
  ...(view === 'fields' && { view }),
  ...(typeof collection === 'string' && collection !== '' && { collection }),
})
