import type { Json, SettingsSection } from '@holdfast/contract'
import { useQuery } from '@tanstack/react-query'
import type { SettingsSchema } from '../schema-field'
import { environmentQuery } from '../settings-queries'

/** A provider as the settings have it; its secret reads `***`. */
export type StoredProvider = { readonly [name: string]: Json }

export const providersSection = 'auth.providers'

const isObject = (value: Json | undefined): value is { [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const findSection = (sections: readonly SettingsSection[], name: string): SettingsSection | undefined =>
  sections.find(({ section }) => section === name)

/** What a section has by names that admins chose. */
export const entriesOf = (section: SettingsSection | undefined): [string, StoredProvider][] =>
  isObject(section?.value)
    ? Object.entries(section.value).flatMap(([id, value]): [string, StoredProvider][] =>
        isObject(value) ? [[id, value]] : [],
      )
    : []

/** What may be said of one provider. */
export const schemaOfOne = (section: SettingsSection): { readonly [name: string]: SettingsSchema } =>
  (section.schema as unknown as { additionalProperties?: SettingsSchema }).additionalProperties?.properties ?? {}

/** Where the server is reached from outside, for what has to be registered elsewhere. */
export function usePublicUrl(): string {
  const { data } = useQuery(environmentQuery)
  const value = data?.find(({ key }) => key === 'PUBLIC_URL')?.value
  return typeof value === 'string' && value !== '' ? value.replace(/\/$/, '') : location.origin
}
