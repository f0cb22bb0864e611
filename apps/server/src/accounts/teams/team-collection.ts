import { Injectable } from '@nestjs/common'
import { type Collection, SchemaCache } from '../../collections/index.js'
import { defineError } from '../../lib/index.js'

const notFound = defineError('not_found')

export const teamNotFound = () => notFound('There is no such team')

/** Which collection of the app holds the teams. */
@Injectable()
export class TeamCollection {
  constructor(private readonly schemas: SchemaCache) {}

  /** Undefined on a server without teams. */
  find(): Collection | undefined {
    return [...this.schemas.current.collections.values()].find(({ definition }) => definition.members)
  }

  /** @throws not_found */
  get(): Collection {
    const found = this.find()
    if (!found)
      throw notFound('This server has no teams', { hint: 'An admin marks a collection with "members": true.' })
    return found
  }
}
