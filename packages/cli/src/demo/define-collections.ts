import type { CollectionDefinition, FieldDefinition } from '@holdfast/contract'
import { demoCollections } from './collections.js'
import type { DemoClient } from './personas.js'

/**
 * Makes the demo's collections what the demo says, and nothing where they are that already.
 * @throws when a collection of that name would lose data: then it is somebody else's
 */
export async function defineCollections(admin: DemoClient): Promise<string> {
  const existing = await admin.admin.collections.list()
  const collections = demoCollections.map((definition) => withId(definition, existing))
  const plan = await admin.admin.schema.plan({ collections })
  if (plan.steps.length === 0) return 'the collections are there already'
  const lossy = plan.steps.find((step) => step.lossy)
  if (lossy)
    throw new Error(
      `This server has a collection ${lossy.collection} of its own; the demo leaves it alone. ${lossy.description}`,
    )
  await admin.admin.schema.apply({ collections, hash: plan.hash })
  return `${collections.length} collections, ${plan.steps.length} steps in one transaction`
}

/** What exists keeps its identity. */
function withId(definition: CollectionDefinition, existing: readonly CollectionDefinition[]): CollectionDefinition {
  const current = existing.find(({ name }) => name === definition.name)
  if (!current) return definition
  const idOf = ({ name }: FieldDefinition): string | undefined =>
    current.fields.find((field) => field.name === name)?.id
  return { ...definition, id: current.id, fields: definition.fields.map((field) => ({ ...field, id: idOf(field) })) }
}
