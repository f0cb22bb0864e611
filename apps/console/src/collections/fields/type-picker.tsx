import { type FieldTypeName, fieldTypes } from '@holdfast/contract'
import { Combobox, Group, ScrollArea, Text, useCombobox } from '@mantine/core'
import { type ReactElement, useState } from 'react'
import { fieldTypeGroups, fieldTypeInfo } from './field-types'
import classes from './type-picker.module.css'

interface TypePickerProps {
  /** The button that opens it. */
  children(open: () => void, isOpen: boolean): ReactElement
  onPick(type: FieldTypeName): void
}

/** Every type with what it is for; typing narrows them down. */
export function TypePicker({ children, onPick }: TypePickerProps) {
  const [find, setFind] = useState('')
  const combobox = useCombobox({
    onDropdownClose: () => {
      combobox.resetSelectedOption()
      setFind('')
    },
    onDropdownOpen: () => combobox.focusSearchInput(),
  })
  const groups = fieldTypeGroups
    .map(({ label, types }) => ({ label, types: types.filter((type) => isFound(type, find)) }))
    .filter(({ types }) => types.length > 0)
  return (
    <Combobox
      store={combobox}
      width={380}
      position="bottom-start"
      onOptionSubmit={(value) => {
        const type = fieldTypes.find((one) => one === value)
        combobox.closeDropdown()
        if (type) onPick(type)
      }}
    >
      <Combobox.Target withAriaAttributes={false} targetType="button">
        {children(() => combobox.toggleDropdown(), combobox.dropdownOpened)}
      </Combobox.Target>
      <Combobox.Dropdown className={classes.dropdown!}>
        <Combobox.Search
          value={find}
          onChange={(event) => {
            setFind(event.currentTarget.value)
            combobox.updateSelectedOptionIndex()
            combobox.selectFirstOption()
          }}
          placeholder="Find a type"
          aria-label="Find a type"
        />
        <Combobox.Options aria-label="Types">
          <ScrollArea.Autosize mah={360} type="auto">
            {groups.map(({ label, types }) => (
              <Combobox.Group key={label} label={label}>
                {types.map((type) => (
                  <TypeOption key={type} type={type} />
                ))}
              </Combobox.Group>
            ))}
            {groups.length === 0 && <Combobox.Empty>No type is called that</Combobox.Empty>}
          </ScrollArea.Autosize>
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
}

function TypeOption({ type }: { readonly type: FieldTypeName }) {
  const { label, says, icon: Icon } = fieldTypeInfo[type]
  return (
    <Combobox.Option value={type}>
      <Group gap="sm" wrap="nowrap">
        <Icon size={18} stroke={1.6} className={classes.icon} />
        <div>
          <Text size="sm" fw={550}>
            {label}
          </Text>
          <Text size="xs" className={classes.says!}>
            {says}
          </Text>
        </div>
      </Group>
    </Combobox.Option>
  )
}

function isFound(type: FieldTypeName, find: string): boolean {
  const { label, says } = fieldTypeInfo[type]
  return `${type} ${label} ${says}`.toLowerCase().includes(find.trim().toLowerCase())
}
