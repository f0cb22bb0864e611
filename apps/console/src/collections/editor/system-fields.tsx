import { systemFields } from '@holdfast/contract'
import { Text } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import classes from './field-row.module.css'

/** The fields that every record has, so that nobody adds them again. */
export const SystemFields = () => (
  <div className={classes.system}>
    <IconLock size={14} aria-hidden />
    <Text span size="xs">
      Every record also has
    </Text>
    {systemFields.map((name) => (
      <Text key={name} span ff="monospace" size="xs">
        {name}
      </Text>
    ))}
  </div>
)
