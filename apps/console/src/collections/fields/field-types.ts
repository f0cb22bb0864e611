import type { FieldTypeName } from '@holdfast/contract'
import {
  IconAbc,
  IconAlignLeft,
  IconAt,
  IconBraces,
  IconCalendar,
  IconCalendarClock,
  IconCoin,
  IconDecimal,
  IconFingerprint,
  IconHash,
  IconHourglass,
  IconLink,
  IconList,
  IconListCheck,
  IconListDetails,
  IconMapPin,
  IconMathFunction,
  IconSlash,
  IconTags,
  IconToggleLeft,
  IconVector,
} from '@tabler/icons-react'

export interface FieldTypeInfo {
  readonly label: string
  /** What it is for, in a line. */
  readonly says: string
  readonly icon: typeof IconAbc
}

/** Types as people choose among them: by what they hold. */
export const fieldTypeGroups = [
  { label: 'Text', types: ['text', 'richtext', 'email', 'url', 'slug'] },
  { label: 'Numbers', types: ['integer', 'number', 'decimal'] },
  { label: 'Choices', types: ['boolean', 'select', 'multiselect', 'tags'] },
  { label: 'Time', types: ['datetime', 'date', 'duration'] },
  { label: 'Links', types: ['relation', 'uuid'] },
  { label: 'Structured', types: ['json', 'geopoint', 'vector', 'computed'] },
] as const satisfies readonly { readonly label: string; readonly types: readonly FieldTypeName[] }[]

export const fieldTypeInfo: Record<FieldTypeName, FieldTypeInfo> = {
  text: { label: 'Text', says: 'Plain text of any length', icon: IconAbc },
  richtext: { label: 'Rich text', says: 'Formatted HTML, cleaned by the server', icon: IconAlignLeft },
  email: { label: 'E-mail', says: 'One address, in small letters', icon: IconAt },
  url: { label: 'URL', says: 'A link, http or https', icon: IconLink },
  slug: { label: 'Slug', says: 'A-name-for-addresses, made from another field', icon: IconSlash },
  integer: { label: 'Integer', says: 'Whole numbers', icon: IconHash },
  number: { label: 'Number', says: 'Measured numbers, with rounding', icon: IconDecimal },
  decimal: { label: 'Decimal', says: 'Exact numbers: money, amounts', icon: IconCoin },
  boolean: { label: 'Boolean', says: 'True or false', icon: IconToggleLeft },
  select: { label: 'Select', says: 'One of a fixed list of options', icon: IconList },
  multiselect: { label: 'Multiselect', says: 'Several of a fixed list of options', icon: IconListCheck },
  tags: { label: 'Tags', says: 'A list of words of any kind', icon: IconTags },
  datetime: { label: 'Date and time', says: 'A moment, the same everywhere', icon: IconCalendarClock },
  date: { label: 'Date', says: 'A day of the calendar', icon: IconCalendar },
  duration: { label: 'Duration', says: 'A length of time, P1DT2H', icon: IconHourglass },
  relation: { label: 'Relation', says: 'Records of this or another collection', icon: IconListDetails },
  uuid: { label: 'UUID', says: 'An id that another system gave', icon: IconFingerprint },
  json: { label: 'JSON', says: 'Anything nested, with a schema if you like', icon: IconBraces },
  geopoint: { label: 'Place', says: 'Latitude and longitude, found by distance', icon: IconMapPin },
  vector: { label: 'Vector', says: 'An embedding, found by likeness', icon: IconVector },
  computed: { label: 'Computed', says: 'Worked out from fields of the same record', icon: IconMathFunction },
}
