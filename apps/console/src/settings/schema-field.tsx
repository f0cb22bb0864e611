import type { ErrorItem, Json } from '@holdfast/contract'
import {
  ActionIcon,
  Badge,
  Button,
  ColorInput,
  Fieldset,
  Group,
  MultiSelect,
  NumberInput,
  PasswordInput,
  Select,
  Stack,
  Switch,
  TagsInput,
  Text,
  Textarea,
  TextInput,
  Tooltip,
} from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { labelOf } from './label-of'

/** What the JSON Schema of a section may say, as far as a form has to know. */
export interface SettingsSchema {
  readonly type: 'object' | 'array' | 'string' | 'integer' | 'boolean'
  /** What people read for it, where its name does not say it. */
  readonly title?: string
  readonly description?: string
  readonly properties?: { readonly [name: string]: SettingsSchema }
  readonly additionalProperties?: false | SettingsSchema
  readonly items?: SettingsSchema
  readonly enum?: readonly string[]
  readonly writeOnly?: boolean
  readonly minimum?: number
  readonly maximum?: number
  readonly maxLength?: number
  readonly pattern?: string
}

interface SchemaFieldProps {
  readonly schema: SettingsSchema
  readonly value: Json | undefined
  /** Undefined: back to the default. */
  onChange(value: Json | undefined): void
  readonly errors: readonly ErrorItem[]
  /** By path, the key of the environment that says it. */
  readonly pinned: { readonly [path: string]: string }
  /** `server.port`; empty for the whole section. */
  readonly path: string
}

const hidden = '***'
const colorPattern = '^#[0-9a-fA-F]{6}$'

/** The input for a part of a section, by its schema; objects are groups of inputs. */
export function SchemaField(props: SchemaFieldProps) {
  const { schema } = props
  if (schema.type === 'object' && schema.properties) return <ObjectField {...props} />
  if (schema.type === 'object') return <MapField {...props} />
  return <ValueField {...props} />
}

const asObject = (value: Json | undefined): { [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}

function withMember(value: Json | undefined, name: string, member: Json | undefined): { [name: string]: Json } {
  const { [name]: _, ...rest } = asObject(value)
  return member === undefined ? rest : { ...asObject(value), [name]: member }
}

function ObjectField({ schema, value, onChange, path, ...rest }: SchemaFieldProps) {
  const fields = Object.entries(schema.properties!).map(([name, member]) => (
    <SchemaField
      key={name}
      schema={member}
      value={asObject(value)[name]}
      onChange={(next) => onChange(withMember(value, name, next))}
      path={path === '' ? name : `${path}.${name}`}
      {...rest}
    />
  ))
  if (path === '') return <Stack gap="md">{fields}</Stack>
  return (
    <Fieldset legend={labelOf(path)}>
      <Stack gap="md">
        {schema.description && <Text c="dimmed">{schema.description}</Text>}
        {fields}
      </Stack>
    </Fieldset>
  )
}

/** Entries by names that admins choose. */
function MapField({ schema, value, onChange, path, ...rest }: SchemaFieldProps) {
  const [name, setName] = useState('')
  const entries = Object.entries(asObject(value))
  const member = schema.additionalProperties || { type: 'string' as const }
  const add = () => {
    onChange(withMember(value, name, member.type === 'object' ? {} : ''))
    setName('')
  }
  const content = (
    <Stack gap="md">
      {schema.description && <Text c="dimmed">{schema.description}</Text>}
      {entries.map(([key, entry]) => (
        <Group key={key} align="flex-start" wrap="nowrap" gap="xs">
          <div style={{ flex: 1, minWidth: 0 }}>
            <SchemaField
              schema={member}
              value={entry}
              onChange={(next) => onChange(withMember(value, key, next ?? ''))}
              path={path === '' ? key : `${path}.${key}`}
              {...rest}
            />
          </div>
          <Tooltip label={`Remove ${key}`}>
            <ActionIcon
              variant="subtle"
              color="gray"
              mt={26}
              aria-label={`Remove ${key}`}
              onClick={() => onChange(withMember(value, key, undefined))}
            >
              <IconTrash size={16} />
            </ActionIcon>
          </Tooltip>
        </Group>
      ))}
      <Group align="flex-end" gap="xs">
        <TextInput
          label={entries.length > 0 ? 'Add another, by a name of your choice' : 'Add one, by a name of your choice'}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button variant="default" disabled={name === '' || Object.hasOwn(asObject(value), name)} onClick={add}>
          Add
        </Button>
      </Group>
    </Stack>
  )
  return path === '' ? content : <Fieldset legend={labelOf(path)}>{content}</Fieldset>
}

function ValueField({ schema, value, onChange, errors, pinned, path }: SchemaFieldProps) {
  const key = pinned[path]
  const shared = {
    label: key ? <PinnedLabel label={schema.title ?? labelOf(path)} envKey={key} /> : (schema.title ?? labelOf(path)),
    description: schema.description,
    error: errors.find((error) => error.path === path)?.message,
    disabled: key !== undefined,
  }
  const text = typeof value === 'string' ? value : ''
  if (schema.writeOnly) return <SecretField {...shared} value={text} onChange={onChange} />
  if (schema.type === 'boolean')
    return <Switch {...shared} checked={value === true} onChange={(event) => onChange(event.currentTarget.checked)} />
  if (schema.type === 'integer')
    return (
      <NumberInput
        {...shared}
        value={typeof value === 'number' ? value : ''}
        onChange={(next) => onChange(next === '' ? undefined : Number(next))}
        min={schema.minimum}
        max={schema.maximum}
        allowDecimal={false}
        maw={240}
      />
    )
  if (schema.type === 'array') return <ListField {...shared} schema={schema} value={value} onChange={onChange} />
  if (schema.enum)
    return (
      <Select
        {...shared}
        data={[...schema.enum]}
        value={text || null}
        onChange={(next) => onChange(next ?? undefined)}
        allowDeselect={false}
        maw={320}
      />
    )
  if (schema.pattern === colorPattern)
    return <ColorInput {...shared} value={text} onChange={onChange} maw={240} withEyeDropper={false} />
  const change = (next: string) => onChange(next === '' && value === undefined ? undefined : next)
  if ((schema.maxLength ?? 0) > 2000)
    return (
      <Textarea
        {...shared}
        value={text}
        onChange={(event) => change(event.currentTarget.value)}
        autosize
        minRows={3}
        maxRows={12}
      />
    )
  return <TextInput {...shared} value={text} onChange={(event) => change(event.currentTarget.value)} />
}

const PinnedLabel = ({ label, envKey }: { readonly label: string; readonly envKey: string }) => (
  <>
    {label}{' '}
    <Tooltip label="Set where the server is started. Take it out of there to set it here.">
      <Badge ml={6} color="gray" c="dimmed">
        Pinned by {envKey}
      </Badge>
    </Tooltip>
  </>
)

interface InputProps {
  readonly label: React.ReactNode
  readonly description: string | undefined
  readonly error: string | undefined
  readonly disabled: boolean
}

function ListField({
  schema,
  value,
  onChange,
  ...shared
}: InputProps & Pick<SchemaFieldProps, 'schema' | 'value' | 'onChange'>) {
  const values = Array.isArray(value) ? value.map(String) : []
  const options = schema.items?.enum
  if (options) return <MultiSelect {...shared} data={[...options]} value={values} onChange={onChange} />
  return <TagsInput {...shared} value={values} onChange={onChange} placeholder="Type and press Enter" clearable />
}

/** A secret is set, replaced or removed; what it is, nobody is shown. */
function SecretField({
  value,
  onChange,
  disabled,
  ...shared
}: InputProps & { value: string; onChange: SchemaFieldProps['onChange'] }) {
  if (value === hidden)
    return (
      <TextInput
        {...shared}
        value="••••••••••••"
        readOnly
        disabled={disabled}
        rightSectionWidth={150}
        rightSection={
          !disabled && (
            <Group gap={4}>
              <Button size="compact-xs" variant="light" onClick={() => onChange('')}>
                Replace
              </Button>
              <Button size="compact-xs" variant="subtle" color="red" onClick={() => onChange(undefined)}>
                Remove
              </Button>
            </Group>
          )
        }
      />
    )
  return (
    <PasswordInput
      {...shared}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value || undefined)}
      disabled={disabled}
      autoComplete="new-password"
      placeholder="Not set"
    />
  )
}
