/** What was changed in the data on its way in: nothing is corrected silently. */
export class Cleaning {
  readonly #changes = new Map<string, { count: number; examples: string[] }>()

  /** Notes one corrected value; the first three of a kind are kept as examples. */
  note(kind: string, example: string): void {
    const change = this.#changes.get(kind) ?? { count: 0, examples: [] }
    change.count += 1
    if (change.examples.length < 3) change.examples.push(example)
    this.#changes.set(kind, change)
  }

  /** One line per kind of change. */
  report(): string[] {
    return [...this.#changes].map(
      ([kind, { count, examples }]) =>
        `${count} ${kind}: ${examples.join(', ')}${count > examples.length ? ', …' : ''}`,
    )
  }
}

const windows = new TextDecoder('windows-1252')
const macintosh = [...new TextDecoder('macintosh').decode(Uint8Array.from({ length: 256 }, (_, index) => index))]

/** Undoes what reading Windows text as Mac text did: `AstÈrix` was `Astérix`. Other text stays as it is. */
export function repairMacText(text: string): string {
  const bytes = [...text].map((char) => macintosh.indexOf(char))
  return bytes.includes(-1) ? text : windows.decode(Uint8Array.from(bytes))
}
