import type { CollectionDefinition, Json } from '@holdfast/contract'
import type { ConsoleClient } from '../../../client/client'
import type { ImportSettings } from './mapping'
import type { Drafted } from './to-record'

/** Values asked for at once, and known ones kept. */
const askedAtOnce = 500
const maxKnown = 100_000

interface Lookup {
  readonly field: string
  /** The collection the relation leads to, and its field that the file names. */
  readonly target: string
  readonly by: string
}

/** Finds the related records that a file names by something else than their ids. */
export class Lookups {
  private readonly lookups: readonly Lookup[]
  private readonly known = new Map<string, string | null>()

  constructor(
    private readonly client: Pick<ConsoleClient, 'collection'>,
    { fields }: CollectionDefinition,
    { columns }: ImportSettings,
  ) {
    this.lookups = columns.flatMap(({ field, lookup }) => {
      const target = fields.find(({ name }) => name === field)?.collection
      return field !== undefined && lookup !== undefined && target !== undefined ? [{ field, target, by: lookup }] : []
    })
  }

  /** The same records with ids; what is not found is refused. */
  async resolve(drafts: readonly Drafted[]): Promise<readonly Drafted[]> {
    let resolved = drafts
    for (const lookup of this.lookups) {
      await this.find(lookup, resolved)
      resolved = resolved.map((draft) => this.replace(lookup, draft))
    }
    return resolved
  }

  private async find(lookup: Lookup, drafts: readonly Drafted[]): Promise<void> {
    if (this.known.size > maxKnown) this.known.clear()
    const named = drafts.flatMap((draft) => ('record' in draft ? valuesOf(draft.record[lookup.field]) : []))
    const wanted = [...new Set(named)].filter((value) => !this.known.has(keyOf(lookup, value)))
    for (let at = 0; at < wanted.length; at += askedAtOnce) {
      const values = wanted.slice(at, at + askedAtOnce)
      const { data } = await this.client.collection(lookup.target).list({
        filter: { [lookup.by]: { $in: values } },
        fields: ['id', lookup.by],
        limit: 1000,
      })
      for (const value of values) this.known.set(keyOf(lookup, value), null)
      for (const found of data as unknown as { readonly [field: string]: Json }[])
        this.known.set(keyOf(lookup, String(found[lookup.by])), found['id'] as string)
    }
  }

  private replace(lookup: Lookup, draft: Drafted): Drafted {
    if (!('record' in draft)) return draft
    const value = draft.record[lookup.field]
    if (value === undefined || value === null) return draft
    const ids = valuesOf(value).map((item) => [item, this.known.get(keyOf(lookup, item))] as const)
    const missing = ids.find(([, id]) => !id)
    if (missing) {
      const message = `No record of ${lookup.target} has ${lookup.by} “${missing[0]}”`
      return { row: draft.row, problems: [{ field: lookup.field, message }] }
    }
    const found = ids.map(([, id]) => id!)
    return { ...draft, record: { ...draft.record, [lookup.field]: Array.isArray(value) ? found : found[0]! } }
  }
}

const valuesOf = (value: Json | undefined): string[] => {
  if (value === undefined || value === null) return []
  return (Array.isArray(value) ? value : [value]).map(String)
}

const keyOf = ({ target, by }: Lookup, value: string): string => `${target} ${by} ${value}`
