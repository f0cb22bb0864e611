import type { CollectionDefinition } from '@holdfast/contract'
import { Group, Text } from '@mantine/core'
import { fieldsOf } from '../../client/record-fields'
import { ButtonLink } from '../../ui/links'
import { fieldLevelOf, levelWord } from './levels'
import { Mark } from './marks'
import marks from './marks.module.css'
import classes from './matrix.module.css'

interface FieldMatrixProps {
  readonly collection: CollectionDefinition
  readonly roles: readonly string[]
}

const columns = [
  { action: 'read', letter: 'R' },
  { action: 'create', letter: 'C' },
  { action: 'update', letter: 'U' },
] as const

/** Every role by every field of one collection. */
export function FieldMatrix({ collection, roles }: FieldMatrixProps) {
  const own = new Set(collection.fields.map(({ name }) => name))
  return (
    <>
      <section className={classes.scroll} aria-label={`Fields of ${collection.name}`}>
        <table className={classes.matrix} aria-label={`Permissions on fields of ${collection.name}`}>
          <thead>
            <tr>
              <th scope="col" className={classes.corner}>
                Field
              </th>
              {roles.map((role) => (
                <th key={role} scope="col" title={role}>
                  <span className={classes.role}>{role}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {fieldsOf(collection).map((field) => (
              <tr key={field.name}>
                <th scope="row" title={field.name}>
                  <span className={classes.name}>
                    {field.name}
                    {field.hidden && (
                      <Text span size="xs" c="var(--hf-muted)">
                        {' '}
                        hidden
                      </Text>
                    )}
                  </span>
                </th>
                {roles.map((role) => (
                  <td key={role}>
                    <span className={classes.cell}>
                      <span className={marks.marks}>
                        {columns
                          .filter(({ action }) => action === 'read' || own.has(field.name))
                          .map(({ action, letter }) => {
                            const level = fieldLevelOf(collection, role, action, field)
                            return (
                              <span key={action} title={`${action}: ${levelWord(level)}`}>
                                <Mark letter={letter} level={level} />
                              </span>
                            )
                          })}
                      </span>
                    </span>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <Group>
        <ButtonLink to="/permissions/$collection" params={{ collection: collection.name }} variant="default" size="xs">
          Rules of {collection.name}
        </ButtonLink>
      </Group>
    </>
  )
}
