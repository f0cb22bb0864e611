import type { CollectionDefinition, FieldDefinition } from '@holdfast/contract'
import type { Draft } from '../draft/draft'
import type { FieldKey } from './field-keys'

/** What the parts of the form of a field work with. */
export interface FieldFormProps {
  readonly field: FieldDefinition
  onChange(patch: Partial<FieldDefinition>): void
  problemOf(key: FieldKey | 'type' | 'id'): string | undefined
  readonly draft: Draft
  readonly collections: readonly CollectionDefinition[]
}
