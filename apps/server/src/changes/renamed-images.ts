import type { Json } from '@holdfast/contract'
import type { Executor } from '../platform/db/index.js'
import type { RecordImage } from './change.js'

interface Renaming {
  readonly position: number
  /** Old names, with the new ones; null where the field is gone or holds something else. */
  readonly names: Map<string, string | null>
}

/** What fields are called in images that were logged before the schema changed. */
export class RenamedImages {
  private constructor(private readonly byCollection: ReadonlyMap<string, readonly Renaming[]>) {}

  static async read(db: Executor): Promise<RenamedImages> {
    const { rows } = await db.run({
      text: 'select collection, position, was, is_now from holdfast.changed_images order by collection, position',
      values: [],
    })
    const byCollection = new Map<string, Renaming[]>()
    for (const [collection, position, was, isNow] of rows as [string, number, string, string | null][]) {
      const renamings = byCollection.get(collection) ?? []
      if (renamings.at(-1)?.position !== position) renamings.push({ position, names: new Map() })
      renamings.at(-1)!.names.set(was, isNow)
      byCollection.set(collection, renamings)
    }
    return new RenamedImages(byCollection)
  }

  /** An image that was logged at `position`, by the names of today. */
  translate(collectionId: string, position: number, image: RecordImage): RecordImage {
    const renamings = this.byCollection.get(collectionId) ?? []
    return renamings.filter((renaming) => renaming.position > position).reduce(rename, image)
  }
}

const rename = (image: RecordImage, { names }: Renaming): RecordImage =>
  Object.fromEntries(
    Object.entries(image).flatMap(([name, value]): [string, Json][] => {
      const now = names.has(name) ? names.get(name)! : name
      return now === null ? [] : [[now, value]]
    }),
  )
