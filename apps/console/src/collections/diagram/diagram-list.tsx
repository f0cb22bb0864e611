import { ActionIcon, Text, TextInput, Tooltip } from '@mantine/core'
import { IconFocusCentered, IconSearch } from '@tabler/icons-react'
import { AnchorLink } from '../../ui/links'
import classes from './diagram.module.css'
import type { Diagram } from './geometry'

interface DiagramListProps {
  readonly diagram: Diagram
  readonly found: ReadonlySet<string> | undefined
  readonly find: string
  onFind(text: string): void
  onShow(id: string): void
}

/** The same as the diagram, for keyboards and screen readers, and to find one among many. */
export function DiagramList({ diagram: { boxes, lines }, found, find, onFind, onShow }: DiagramListProps) {
  const shown = boxes.filter(({ id }) => found?.has(id) ?? true).toSorted((a, b) => a.name.localeCompare(b.name))
  return (
    <aside className={classes.aside} aria-label="Collections and relations">
      <TextInput
        aria-label="Find in the diagram"
        placeholder="Find a collection or a field"
        leftSection={<IconSearch size={16} />}
        value={find}
        onChange={(event) => onFind(event.currentTarget.value)}
        size="xs"
      />
      <ul className={classes.list}>
        {shown.map(({ id, name }) => (
          <li key={id} className={classes.item}>
            <div className={classes.itemHead}>
              <AnchorLink to="/collections/$name" params={{ name }} c="inherit" fw={550} truncate>
                {name}
              </AnchorLink>
              <Tooltip label="Show in the diagram">
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size="sm"
                  onClick={() => onShow(id)}
                  aria-label={`Show ${name} in the diagram`}
                >
                  <IconFocusCentered size={14} />
                </ActionIcon>
              </Tooltip>
            </div>
            {lines
              .filter(({ source }) => source === id)
              .map((line) => (
                <Text key={line.id} size="xs" c="var(--hf-muted)" truncate>
                  {line.label.slice(name.length + 1)}
                  {line.targetEnd === 'many' && ', many'}
                </Text>
              ))}
          </li>
        ))}
      </ul>
      {shown.length === 0 && (
        <Text size="sm" c="var(--hf-muted)" p="xs">
          Nothing is called {find}.
        </Text>
      )}
    </aside>
  )
}
