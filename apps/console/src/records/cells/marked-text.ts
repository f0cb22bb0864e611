/** A part of a text: what a search found, or what stands around it. */
export interface TextPart {
  readonly text: string
  readonly isFound: boolean
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }

const plainText = (text: string): string =>
  text.replaceAll(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name]!)

/** A cell shows the start of a text: what was found further on is brought near to it. */
const leadCharacters = 28
const shownCharacters = 300

/**
 * A highlight of the API as parts on one line, from a little before the first that was found. All but the marks is escaped in it,
 * so what is split here are marks, never text of the record; the parts are shown as text.
 */
export function partsOf(highlight: string): readonly TextPart[] {
  const parts = highlight
    .split(/<\/?mark>/)
    .map((part, place) => ({ text: plainText(part).replaceAll(/\s+/g, ' '), isFound: place % 2 === 1 }))
  const [lead, ...rest] = parts
  if (lead && lead.text.length > leadCharacters && rest.length > 0) parts[0] = { ...lead, text: endOf(lead.text) }
  let left = shownCharacters
  return parts.flatMap((part) => {
    const text = part.text.slice(0, Math.max(0, left))
    left -= part.text.length
    return text === '' ? [] : [{ ...part, text }]
  })
}

/** The last words of a text. */
function endOf(text: string): string {
  const end = text.slice(-leadCharacters)
  return `… ${end.slice(end.indexOf(' ') + 1)}`
}
