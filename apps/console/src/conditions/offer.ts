/** Something that may stand at the cursor. */
export interface Offer {
  readonly text: string
  readonly kind: 'field' | 'operator' | 'variable' | 'value'
  readonly detail?: string
  /** Written without quotes. */
  readonly bare?: boolean
}
