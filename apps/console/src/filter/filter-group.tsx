import type { CollectionDefinition, FieldDefinition } from '@holdfast/contract'
import { ActionIcon, Button, Checkbox, Group, SegmentedControl, Text, Tooltip } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import classes from './filter-builder.module.css'
import { FilterRule } from './filter-rule'
import { type FilterNode, type GroupNode, newGroup, newRule } from './filter-tree'

interface FilterGroupProps {
  readonly group: GroupNode
  readonly fields: readonly FieldDefinition[]
  readonly collections: readonly CollectionDefinition[]
  readonly autoFocus?: boolean
  onChange(group: GroupNode): void
  /** Takes a nested group away. */
  onRemove?(): void
}

/** Conditions of which all, or any, must hold. */
export function FilterGroup({ group, fields, collections, autoFocus, onChange, onRemove }: FilterGroupProps) {
  const { items, join, negated } = group
  const replace = (key: string, node: FilterNode | undefined) =>
    onChange({ ...group, items: items.flatMap((item) => (item.key === key ? (node ? [node] : []) : [item])) })
  const add = (node: FilterNode) => onChange({ ...group, items: [...items, node] })
  return (
    <fieldset className={classes.group} style={{ border: 0, margin: 0, padding: 0, minWidth: 0 }}>
      {(items.length > 1 || onRemove || negated) && (
        <div className={classes.head}>
          <SegmentedControl
            size="xs"
            value={join}
            onChange={(value) => onChange({ ...group, join: value as GroupNode['join'] })}
            data={[
              { value: '$and', label: 'All of' },
              { value: '$or', label: 'Any of' },
            ]}
            aria-label="How many must hold"
          />
          <Checkbox
            size="xs"
            label="Not"
            checked={negated}
            onChange={(event) => onChange({ ...group, negated: event.currentTarget.checked })}
          />
          {onRemove && (
            <Tooltip label="Remove group">
              <ActionIcon variant="subtle" color="gray" ml="auto" onClick={onRemove} aria-label="Remove group">
                <IconTrash size={15} />
              </ActionIcon>
            </Tooltip>
          )}
        </div>
      )}
      {items.map((item, index) => (
        <FilterItem
          key={item.key}
          item={item}
          fields={fields}
          collections={collections}
          autoFocus={autoFocus === true && index === items.length - 1}
          onChange={(node) => replace(item.key, node)}
          onRemove={() => replace(item.key, undefined)}
        />
      ))}
      {items.length === 0 && (
        <Text size="sm" c="var(--hf-muted)">
          No condition: every record.
        </Text>
      )}
      <Group gap="xs">
        <Button size="compact-xs" variant="subtle" leftSection={<IconPlus size={13} />} onClick={() => add(newRule())}>
          Add condition
        </Button>
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          leftSection={<IconPlus size={13} />}
          onClick={() => add(newGroup(join === '$and' ? '$or' : '$and', [newRule()]))}
        >
          Add group
        </Button>
      </Group>
    </fieldset>
  )
}

interface FilterItemProps extends Omit<FilterGroupProps, 'group' | 'onChange'> {
  readonly item: FilterNode
  onChange(node: FilterNode): void
  onRemove(): void
}

function FilterItem({ item, ...rest }: FilterItemProps) {
  if (item.kind === 'group')
    return (
      <div className={classes.nested}>
        <FilterGroup group={item} {...rest} />
      </div>
    )
  if (item.kind === 'rule') return <FilterRule rule={item} {...rest} />
  return (
    <div className={classes.rule}>
      <code className={classes.raw} title="Edit it as JSON">
        {JSON.stringify(item.json)}
      </code>
      <ActionIcon variant="subtle" color="gray" size="lg" onClick={rest.onRemove} aria-label="Remove condition">
        <IconTrash size={15} />
      </ActionIcon>
    </div>
  )
}
