import type { CollectionDefinition } from '@holdfast/contract'
import { VisuallyHidden } from '@mantine/core'
import { useRouter } from '@tanstack/react-router'
import { type KeyboardEvent, type MouseEvent, memo, useRef } from 'react'
import { describeAccess } from './levels'
import { Marks } from './marks'
import classes from './matrix.module.css'
import { moveInGrid } from './move-in-grid'

interface MatrixProps {
  readonly collections: readonly CollectionDefinition[]
  readonly roles: readonly string[]
}

/** Every role by every collection. One cell is in the order of Tab; arrows go to the others. */
export const Matrix = memo(function Matrix({ collections, roles }: MatrixProps) {
  const router = useRouter()
  const grid = useRef<HTMLTableElement>(null)
  // One handler for all: at a hundred collections, a thousand typed links would be what takes the time.
  const follow = (event: MouseEvent) => {
    const link = (event.target as Element).closest('a')
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return
    event.preventDefault()
    void router.navigate({ href: link.pathname.replace(router.basepath, '') + link.search })
  }
  const href = (collection: string, role?: string) =>
    router.buildLocation({
      to: '/permissions/$collection',
      params: { collection },
      search: role === undefined ? {} : { role },
    }).publicHref
  return (
    <div className={classes.scroll}>
      <table
        ref={grid}
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table whose cells are walked by arrows is a grid
        role="grid"
        aria-label="Permissions"
        className={classes.matrix}
        onClick={follow}
        onKeyDown={(event: KeyboardEvent) => moveInGrid(event, grid.current)}
      >
        <thead>
          <tr>
            <th scope="col" className={classes.corner}>
              Collection
            </th>
            {roles.map((role) => (
              <th key={role} scope="col" title={role}>
                <span className={classes.role}>{role}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {collections.map((collection, row) => (
            <tr key={collection.name}>
              <th scope="row" title={collection.name}>
                <a href={href(collection.name)} tabIndex={-1} className={classes.name}>
                  {collection.name}
                </a>
              </th>
              {roles.map((role, column) => (
                <td key={role}>
                  <a
                    href={href(collection.name, role)}
                    className={classes.cell}
                    tabIndex={row === 0 && column === 0 ? 0 : -1}
                  >
                    <VisuallyHidden>{`${collection.name}, ${role}: ${describeAccess(collection, role)}`}</VisuallyHidden>
                    <Marks collection={collection} role={role} />
                  </a>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
})
