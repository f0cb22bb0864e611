import { Group } from '@mantine/core'
import { IconFile, IconFileImport } from '@tabler/icons-react'
import { CenteredCard } from '../ui/centered-card'
import { ButtonLink } from '../ui/links'
import { DemoOption } from './demo/demo-option'
import { Option } from './option'

/** What a project can begin with; also later, where there is something already. */
export const WelcomePage = () => (
  <CenteredCard wide title="What do you begin with?" description="Each of these can be done later too.">
    <Option
      icon={IconFile}
      title="Begin with nothing"
      description="Define your first collection by yourself. Home shows what comes next."
      action={
        <ButtonLink to="/" variant="default">
          Begin blank
        </ButtonLink>
      }
    />
    <DemoOption />
    <Option
      icon={IconFileImport}
      title="Bring your data"
      description="A CSV, NDJSON or JSON file becomes a collection whose fields are guessed from it. A schema of another server comes as JSON."
    >
      <Group gap="xs" justify="flex-end">
        <ButtonLink to="/collections/json" variant="default">
          Paste a schema
        </ButtonLink>
        <ButtonLink to="/collections/import" variant="default">
          Import a file
        </ButtonLink>
      </Group>
    </Option>
  </CenteredCard>
)
