import type { FieldDefinition } from '@holdfast/contract'
import { IconCheck, IconMinus } from '@tabler/icons-react'
import classes from './cells.module.css'
import { fieldText, localTime, plainWords, safeLink, shortText, shownType } from './field-text'
import { partsOf } from './marked-text'
import { MarkedWords } from './marked-words'
import { RelationValue } from './relation-value'

interface FieldValueProps {
  readonly field: FieldDefinition
  /** Undefined: the reader may not see it. */
  readonly value: unknown
  /** Of a relation: the related record or records, where the query expanded them. */
  readonly expanded?: unknown
  /** Without links, where it stands in a link or a button itself. */
  readonly plain?: boolean
  /** What a search found in it, as the API tells it. */
  readonly highlight?: string | undefined
}

/** A value as one line of text: short, safe whatever it holds, and never the same for null and for empty. */
export function FieldValue({ field, value, expanded, plain = false, highlight }: FieldValueProps) {
  if (value === undefined) return <None>hidden</None>
  if (value === null) return <None>null</None>
  const type = shownType(field)
  switch (type) {
    case 'integer':
    case 'number':
    case 'decimal':
      return <span className={`${classes.cut} ${classes.number}`}>{String(value)}</span>
    case 'boolean':
      return <Truth value={value === true} />
    case 'date':
    case 'datetime':
      return <Time value={fieldText(value)} type={type} />
    case 'url':
    case 'email':
      return (
        <Linked
          text={fieldText(value)}
          href={type === 'email' ? `mailto:${fieldText(value)}` : fieldText(value)}
          highlight={highlight}
        />
      )
    case 'select':
      return <Tags items={[value]} />
    case 'tags':
    case 'multiselect':
      return <Tags items={Array.isArray(value) ? value : [value]} highlight={highlight} />
    case 'relation':
      return <RelationValue field={field} value={value} expanded={expanded} plain={plain} />
    case 'geopoint':
      return <Place value={value} />
    case 'vector':
      return <Vector value={value} />
    case 'richtext':
      return <Words text={plainWords(fieldText(value))} highlight={highlight} />
    case 'json':
      return <span className={`${classes.cut} ${classes.mono}`}>{shortText(JSON.stringify(value))}</span>
    case 'uuid':
      return <span className={`${classes.cut} ${classes.mono}`}>{shortText(fieldText(value))}</span>
    default:
      return <Words text={shortText(fieldText(value))} highlight={highlight} />
  }
}

/** What is no value, told apart from a text that says the same. */
const None = ({ children }: { readonly children: string }) => <span className={classes.none}>{children}</span>

interface WordsProps {
  readonly text: string
  readonly highlight?: string | undefined
}

const Words = ({ text, highlight }: WordsProps) =>
  text === '' ? (
    <None>empty</None>
  ) : (
    <span className={classes.cut}>{highlight === undefined ? text : <MarkedWords highlight={highlight} />}</span>
  )

const Truth = ({ value }: { readonly value: boolean }) => (
  <span className={classes.row}>
    {value ? <IconCheck size={14} stroke={2.4} /> : <IconMinus size={14} opacity={0.6} />}
    {value ? 'true' : 'false'}
  </span>
)

const Time = ({ value, type }: { readonly value: string; readonly type: 'date' | 'datetime' }) => (
  <time className={classes.cut} dateTime={value} title={value}>
    {localTime(value, type)}
  </time>
)

function Linked({ text, href, highlight }: WordsProps & { readonly href: string }) {
  const link = safeLink(href)
  if (text === '' || link === undefined) return <Words text={shortText(text)} highlight={highlight} />
  return (
    <span className={classes.row}>
      <a className={classes.link} href={link} target="_blank" rel="noreferrer noopener" tabIndex={-1}>
        {highlight === undefined ? shortText(text) : <MarkedWords highlight={highlight} />}
      </a>
    </span>
  )
}

interface TagsProps {
  readonly items: readonly unknown[]
  readonly highlight?: string | undefined
}

function Tags({ items, highlight }: TagsProps) {
  // The highlight is of all tags as one text: a tag is marked that has some of what was found.
  const found = highlight === undefined ? [] : partsOf(highlight).filter(({ isFound }) => isFound)
  const isFound = (tag: string) => found.some(({ text }) => tag.includes(text))
  if (items.length === 0) return <None>empty</None>
  return (
    <span className={classes.row}>
      {items.slice(0, 12).map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a list may hold a text twice, and its order is what it is
        <span key={index} className={classes.tag}>
          {isFound(fieldText(item)) ? (
            <mark className={classes.found}>{shortText(fieldText(item))}</mark>
          ) : (
            shortText(fieldText(item))
          )}
        </span>
      ))}
      {items.length > 12 && <None>{`${items.length - 12} more`}</None>}
    </span>
  )
}

function Place({ value }: { readonly value: unknown }) {
  const { lat, lon } = value as { readonly lat?: number; readonly lon?: number }
  return <span className={`${classes.cut} ${classes.number}`}>{`${lat?.toFixed(4)}, ${lon?.toFixed(4)}`}</span>
}

function Vector({ value }: { readonly value: unknown }) {
  const numbers = Array.isArray(value) ? value : []
  const more = numbers.length > 3 ? `, … ${numbers.length} in all` : ''
  return <span className={`${classes.cut} ${classes.number}`}>{`[${numbers.slice(0, 3).join(', ')}${more}]`}</span>
}
