/** Longer places are not kept: there is one for each plan. */
const maxLength = 4000

/**
 * The cursor that was made last for the first page of a list. Who polls a list, and all who are not signed in, get the same
 * one until the page ends elsewhere; making it costs as much as the rest of a page.
 */
export class LastCursor {
  private place = ''
  private holder = ''
  private cursor = ''

  /** `place` is the text that the position is read from, `holder` whose cursor it is. */
  get(place: string, holder: string, make: () => string): string {
    if (place === this.place && holder === this.holder) return this.cursor
    const cursor = make()
    if (place.length > maxLength) return cursor
    this.place = copyOf(place)
    this.holder = holder
    this.cursor = cursor
    return cursor
  }
}

/** A part of a text keeps the whole in memory, which here is a page. */
const copyOf = (text: string): string => Buffer.from(text).toString()
