/** RFC 4515, section 3: what would be syntax becomes text. */
export const escapeFilter = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is one of those
  text.replaceAll(/[\\*()\u0000]/g, (one) => `\\${one.charCodeAt(0).toString(16).padStart(2, '0')}`)

/** The filter with the name in all its places. What looks like a place in the name itself is text. */
export const fillFilter = (filter: string, username: string): string =>
  filter.replaceAll('{username}', () => escapeFilter(username))
