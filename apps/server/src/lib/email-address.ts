const maxLength = 254
const maxLocalLength = 64

/** In lower case; PostgreSQL reads it as JavaScript does. */
export const addressPattern =
  /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

/**
 * Whether a text is one plain e-mail address: ASCII in lower case, no quotes, comments or lists, so that what checks it,
 * what stores it and every mail server on the way read it alike.
 */
export const isEmailAddress = (text: string): boolean =>
  text.length <= maxLength && text.indexOf('@') <= maxLocalLength && addressPattern.test(text)
