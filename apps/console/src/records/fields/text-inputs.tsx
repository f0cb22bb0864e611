import { ActionIcon, Input, TextInput as Line, Stack, Textarea, Tooltip } from '@mantine/core'
import { IconExternalLink } from '@tabler/icons-react'
import { useMemo } from 'react'
import { safeLink } from '../cells/field-text'
import classes from './field-input.module.css'
import { type FieldContent, nothing, type TypeInputProps } from './input-props'

const textOf = (value: FieldContent): string => (typeof value === 'string' ? value : value == null ? '' : String(value))

/** Texts keep what is typed, also the empty text: null is chosen beside it. */
export function TextInput({ field, value, onChange, shown, compact }: TypeInputProps) {
  const props = {
    ...shown,
    value: textOf(value),
    dir: 'auto' as const,
    placeholder: value === null && !compact ? 'null' : undefined,
    onChange: (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value),
  }
  const isShort = compact || (field.maxLength !== undefined && field.maxLength <= 120) || field.pattern !== undefined
  // A line break cannot be seen, nor kept, in an input of one line.
  if (isShort && !props.value.includes('\n')) return <Line {...props} />
  return <Textarea {...props} autosize minRows={1} maxRows={14} />
}

/** The source as it is stored, and beside it what readers see of it, as text: nothing of it becomes a part of this page. */
export function RichTextInput({ value, onChange, shown, compact }: TypeInputProps) {
  const source = textOf(value)
  const preview = useMemo(() => plainText(source), [source])
  return (
    <Stack gap={6}>
      <Textarea
        {...shown}
        value={source}
        onChange={(event) => onChange(event.currentTarget.value)}
        placeholder={value === null ? 'null' : '<p>HTML; the server keeps what its allow list knows</p>'}
        autosize
        minRows={compact ? 1 : 3}
        maxRows={16}
        classNames={{ input: classes.mono! }}
      />
      {!compact && preview !== source && preview !== '' && (
        <Input.Wrapper label="Preview" labelElement="div" size="xs">
          <div className={classes.preview}>{preview}</div>
        </Input.Wrapper>
      )}
    </Stack>
  )
}

/** The words of HTML, read in a document of its own where no script runs and nothing is fetched. */
export function plainText(source: string): string {
  const { body } = new DOMParser().parseFromString(
    source.replace(/<\/(p|div|h\d|li|blockquote)>|<br\s*\/?>/gi, '$&\n'),
    'text/html',
  )
  for (const hidden of body.querySelectorAll('script, style, template')) hidden.remove()
  return (body.textContent ?? '').trim()
}

const hints: Partial<Record<string, string>> = {
  duration: 'P1DT2H, PT30M, P2W',
  uuid: '00000000-0000-0000-0000-000000000000',
  email: 'name@example.com',
  url: 'https://',
}

/** One line of a form that has no empty value: cleared, it is null. */
export function LineInput(props: TypeInputProps) {
  const { field, value, onChange, shown } = props
  const made = field.from && value === undefined ? `Made from ${field.from}` : undefined
  return (
    <Line
      {...shown}
      value={textOf(value)}
      type={field.type === 'email' ? 'email' : 'text'}
      inputMode={field.type === 'url' ? 'url' : undefined}
      placeholder={value === null ? 'null' : (made ?? hints[field.type])}
      spellCheck={false}
      autoComplete="off"
      onChange={(event) => onChange(event.currentTarget.value || nothing(props))}
    />
  )
}

export function UrlInput(props: TypeInputProps) {
  const link = safeLink(textOf(props.value))
  if (!link || props.compact) return <LineInput {...props} />
  const open = (
    <Tooltip label="Open in a new tab">
      <ActionIcon
        component="a"
        href={link}
        target="_blank"
        rel="noreferrer noopener"
        variant="subtle"
        color="gray"
        aria-label={`Open ${props.name} in a new tab`}
      >
        <IconExternalLink size={16} />
      </ActionIcon>
    </Tooltip>
  )
  return <LineInput {...props} shown={{ ...props.shown, rightSection: open } as TypeInputProps['shown']} />
}
