/** Answer of `GET /admin/setup`, to everybody. */
export interface SetupState {
  /** There is an admin. Otherwise the link that the server printed makes the first one. */
  ready: boolean
}
