import { createRequire } from 'node:module'
import type { IOptions } from 'sanitize-html'
import type { FieldKind } from './field-kind.js'
import { textual } from './operator-sets.js'
import { checkLengths, maxTextLength, parseText, parseTextOperand } from './text-value.js'

/** What may stand in rich text: structure, emphasis, links and pictures; no script, style, form, frame or handler. */
const allowed: IOptions = {
  allowedTags: [
    ...[
      'h1',
      'h2',
      'h3',
      'h4',
      'h5',
      'h6',
      'p',
      'br',
      'hr',
      'blockquote',
      'pre',
      'code',
      'ul',
      'ol',
      'li',
      'dl',
      'dt',
      'dd',
    ],
    ...[
      'strong',
      'b',
      'em',
      'i',
      'u',
      's',
      'del',
      'ins',
      'mark',
      'small',
      'sub',
      'sup',
      'kbd',
      'abbr',
      'cite',
      'q',
      'span',
    ],
    ...['a', 'img', 'figure', 'figcaption', 'table', 'caption', 'thead', 'tbody', 'tfoot', 'tr', 'th', 'td'],
  ],
  allowedAttributes: {
    a: ['href', 'title', 'rel'],
    img: ['src', 'alt', 'title', 'width', 'height'],
    ol: ['start'],
    th: ['colspan', 'rowspan', 'scope'],
    td: ['colspan', 'rowspan'],
    abbr: ['title'],
  },
  allowedSchemes: ['http', 'https', 'mailto', 'tel'],
  allowedSchemesByTag: { img: ['http', 'https'] },
  allowProtocolRelative: false,
  disallowedTagsMode: 'discard',
  nestingLimit: 100,
}

type Sanitize = (html: string, options: IOptions) => string
let sanitize: Sanitize | undefined

/** The text without anything that is not on the list. The library is loaded when the first rich text is written. */
export function sanitizeHtml(html: string): string {
  sanitize ??= createRequire(import.meta.url)('sanitize-html') as Sanitize
  return sanitize(html, allowed)
}

export const richtextField: FieldKind = {
  keys: ['required', 'default', 'immutable', 'searchable', 'minLength', 'maxLength'],
  checkDefinition: checkLengths,
  shape: () => ({ comparison: 'text', sqlType: 'text', operators: textual, parseOperand: parseTextOperand }),
  columnType: () => 'text',

  parser: (definition) => (value, path, report) => {
    const raw = parseText(value, { maxLength: maxTextLength }, path, report)
    return raw === undefined ? undefined : parseText(sanitizeHtml(raw), definition, path, report)
  },

  jsonSchema: ({ minLength, maxLength }) => ({ type: 'string', format: 'html', minLength, maxLength }),
  tsType: () => 'string',
}
