/** What admins change while the server runs: sections of settings in the database, each with its JSON Schema. */

export type { SettingsSchema } from './settings-schema.js'
export { type Pin, type Settings, SettingsStore } from './settings-store.js'
