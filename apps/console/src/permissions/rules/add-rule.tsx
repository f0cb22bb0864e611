import type { CollectionDefinition, RuleDefinition } from '@holdfast/contract'
import { Button, Menu, Text } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { templatesFor } from './templates'

interface AddRuleProps {
  readonly collection: CollectionDefinition
  readonly collections: readonly CollectionDefinition[]
  onAdd(rules: readonly RuleDefinition[]): void
}

/** A new rule, or those that many projects have. */
export function AddRule({ collection, collections, onAdd }: AddRuleProps) {
  return (
    <Menu position="bottom-end" width={300}>
      <Menu.Target>
        <Button leftSection={<IconPlus size={16} />}>Add rule</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {templatesFor(collection, collections).map(({ label, description, rules }) => (
          <Menu.Item key={label} onClick={() => onAdd(rules)}>
            <Text fw={550}>{label}</Text>
            <Text size="xs" c="var(--hf-muted)">
              {description}
            </Text>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
