import type { FieldDefinition, Json } from '@holdfast/contract'
import type { ReactNode } from 'react'

/** What a form holds of a field: undefined where a create says nothing about it. */
export type FieldContent = Json | undefined

export interface FieldInputProps {
  readonly field: FieldDefinition
  readonly value: FieldContent
  /** `problem`: what was typed is no value yet, and why. The value is then the last good one. */
  onChange(value: FieldContent, problem?: string): void
  /** Default: the name of the field. */
  readonly label?: string
  readonly error?: ReactNode
  readonly autoFocus?: boolean
  /** Inside of a cell: no label to see, no description, one line. */
  readonly compact?: boolean
  /** The record is made: what is left out gets its default. */
  readonly creating?: boolean
}

/** What the input of one type is given. */
export interface TypeInputProps extends Omit<FieldInputProps, 'label' | 'error'> {
  /** Spread onto a component of the library: label, description, error, focus. */
  readonly shown: ShownProps
  readonly name: string
}

export interface ShownProps {
  readonly label?: string
  readonly 'aria-label'?: string
  readonly description?: ReactNode
  readonly error?: ReactNode
  readonly withAsterisk?: boolean
  readonly autoFocus?: boolean
  /** Where dialogs put the focus when they open. */
  readonly 'data-autofocus'?: true
  readonly size: 'xs' | 'sm'
}

/** What stands for no value: a create says nothing, so that a default or the message of the server comes. */
export const nothing = ({ field, creating }: Pick<FieldInputProps, 'field' | 'creating'>): FieldContent =>
  creating && field.required ? undefined : null
