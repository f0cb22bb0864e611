import { Injectable } from '@nestjs/common'
import { type Principal, rightsKeyOf } from '../../auth/index.js'
import { type Collection, SchemaCache } from '../../collections/index.js'
import { bindingsOf } from '../../permissions/index.js'
import { RecordDatabase } from '../../platform/db/index.js'
import { type ChannelAddress, findAddress } from './channel-address.js'
import { ChannelDefinitions } from './channel-definitions.js'
import {
  askRights,
  type Dependencies,
  findDependencies,
  noRights,
  planRights,
  type Rights,
  type RightsPlan,
} from './channel-rights.js'
import type { CheckedChannel } from './parse-definition.js'

/** Sets of roles whose rights are kept compiled. */
const maxPlans = 10_000

/** One question: what may this principal do in the channel of that name? */
export interface Question {
  readonly principal: Principal
  readonly name: string
}

/** Knows who may do what in which channel. Compiled per set of roles until a definition or the schema changes. */
@Injectable()
export class ChannelKinds {
  private plans = new Map<string, RightsPlan>()
  private dependencies = new Map<string, Dependencies>()

  constructor(
    private readonly db: RecordDatabase,
    private readonly schemas: SchemaCache,
    readonly definitions: ChannelDefinitions,
  ) {
    definitions.onChange(() => {
      this.plans = new Map()
      this.dependencies = new Map()
    })
  }

  /** Rights that no record decides about; undefined when PostgreSQL must be asked. */
  findFixed({ principal, name }: Question): Rights | undefined {
    const address = findAddress(name, this.definitions)
    if (!address) return noRights
    const plan = this.planFor(address.channel, principal)
    return 'fixed' in plan ? plan.fixed : undefined
  }

  /** Rights in the order of the questions; those that can be answered together are asked in one statement. */
  async ask(questions: readonly Question[]): Promise<Rights[]> {
    return this.schemas.consistently(async () => {
      const answers = questions.map(() => noRights)
      for (const group of this.groupQuestions(questions, answers).values()) {
        const ids = [...new Set(group.places.map(({ recordId }) => recordId))]
        const rights = await askRights(this.db, group.plan, group.principal, ids)
        for (const { index, recordId } of group.places) answers[index] = rights.get(recordId) ?? noRights
      }
      return answers
    })
  }

  /** Which channels a change in a collection may open or close. */
  dependenciesOf(kind: string): Dependencies | undefined {
    const channel = this.definitions.find(kind)
    const collection = channel && this.collectionOf(channel)
    if (!collection) return undefined
    const known = this.dependencies.get(kind)
    if (known) return known
    const found = findDependencies(channel, collection, this.schemas.current)
    this.dependencies.set(kind, found)
    return found
  }

  get usersId(): string | undefined {
    return this.schemas.current.collections.get('users')?.id
  }

  // ── steps ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Fixed answers are filled in; the others are grouped by the statement that gives them. */
  private groupQuestions(questions: readonly Question[], answers: Rights[]): Map<string, Group> {
    const groups = new Map<string, Group>()
    for (const [index, { principal, name }] of questions.entries()) {
      const address = findAddress(name, this.definitions)
      if (!address) continue
      const plan = this.planFor(address.channel, principal)
      if ('fixed' in plan) answers[index] = plan.fixed
      else {
        const place = { index, recordId: address.recordId! }
        const { userId, teamId } = bindingsOf(principal)
        const key = `${keyOf(address, principal)} ${plan.forAll ? '' : `${userId} ${teamId}`}`
        const group = groups.get(key)
        if (group) group.places.push(place)
        else groups.set(key, { plan, principal, places: [place] })
      }
    }
    return groups
  }

  private planFor(channel: CheckedChannel, principal: Principal): RightsPlan {
    const key = keyOf({ channel, recordId: undefined }, principal)
    const known = this.plans.get(key)
    if (known) return known
    if (this.plans.size >= maxPlans) this.plans.clear()
    const plan = planRights(channel, this.collectionOf(channel), this.schemas.current, principal)
    this.plans.set(key, plan)
    return plan
  }

  private collectionOf({ collectionId }: CheckedChannel): Collection | undefined {
    if (collectionId === null) return undefined
    return [...this.schemas.current.collections.values()].find(({ id }) => id === collectionId)
  }
}

interface Group {
  readonly plan: Exclude<RightsPlan, { fixed: Rights }>
  readonly principal: Principal
  readonly places: { readonly index: number; readonly recordId: string }[]
}

/** Names of roles and channels have no spaces. */
const keyOf = ({ channel }: ChannelAddress, principal: Principal): string =>
  `${channel.definition.name} ${rightsKeyOf(principal)}`
