import type { CollectionDefinition, SchemaPlanRequest } from '@holdfast/contract'
import { Alert, Box, Button, Group, Tabs, Text } from '@mantine/core'
import { useDocumentTitle, useHotkeys } from '@mantine/hooks'
import { IconLockAccess, IconTable } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { AnchorLink, ButtonLink } from '../../ui/links'
import { notify } from '../../ui/notify'
import { Page } from '../../ui/page'
import { PlanDialog } from '../change/plan-dialog'
import { canonical, toDefinition, toDraft } from '../draft/draft'
import { useDraft } from '../draft/drafts'
import { ApiPreview } from '../preview/api-preview'
import classes from './collection-editor.module.css'
import { CollectionMenu } from './collection-menu'
import { DefinitionTab } from './definition-tab'
import { type EditorTab, editorTabs } from './editor-tabs'
import { FieldsTab } from './fields-tab'
import { IndexesTab } from './indexes-tab'
import { OptionsTab } from './options-tab'
import { PendingBar } from './pending-bar'
import { goTo, ProblemList } from './problem-list'
import { placeOf, useProblems } from './use-problems'

interface CollectionEditorProps {
  /** What the draft is kept under. */
  readonly id: string
  readonly base: CollectionDefinition
  /** What a new collection begins with. */
  readonly begin?: CollectionDefinition
  readonly all: readonly CollectionDefinition[]
  readonly tab: EditorTab
  onTab(tab: EditorTab): void
  onApplied(name: string): void
  /** A copy in which nothing was changed is discarded: nothing is left of it. */
  onLeave?(): void
}

const labels: Record<EditorTab, string> = {
  fields: 'Fields',
  indexes: 'Indexes',
  options: 'Options',
  json: 'JSON',
  api: 'API preview',
}

/** Fields, indexes and options of a collection as a draft, until its plan is looked through and applied. */
export function CollectionEditor({ id, base, begin, all, tab, onTab, onApplied, onLeave }: CollectionEditorProps) {
  const { draft, definition, isChanged, isOutdated, change, discard } = useDraft(id, base)
  const problems = useProblems()
  const [planned, setPlanned] = useState<SchemaPlanRequest>()
  const isNew = base.id === undefined
  const name = isNew ? 'New collection' : base.name
  const isCopy = begin !== undefined && canonical(definition) === canonical(begin)
  const [isResumed, setResumed] = useState(isNew && isChanged && !isCopy)
  // A link to a copy stands for the copy: that is what is there again when its changes are gone.
  const startOver = () => {
    setResumed(false)
    if (begin && !isCopy) return change(toDraft(begin))
    discard()
    if (begin) onLeave?.()
  }
  useDocumentTitle(`${name} · Holdfast`)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a copy is laid out once, and then it is a draft like any other
  useEffect(() => {
    if (begin && !isChanged) change(toDraft(begin))
  }, [])
  useEffect(() => {
    if (!isChanged) return
    const warn = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', warn)
    return () => window.removeEventListener('beforeunload', warn)
  }, [isChanged])
  const review = () => {
    problems.show([], draft)
    setPlanned({ collections: [toDefinition(draft)] })
  }
  useHotkeys([['mod+S', () => isChanged && review()]], [])
  const editor = { draft, change, problems, all, base }

  return (
    <Page
      title={name}
      description={base.description}
      actions={
        !isNew && (
          <>
            <ButtonLink
              to="/data/$collection"
              params={{ collection: base.name }}
              variant="default"
              leftSection={<IconTable size={16} />}
            >
              Records
            </ButtonLink>
            <ButtonLink
              to="/permissions/$collection"
              params={{ collection: base.name }}
              variant="default"
              leftSection={<IconLockAccess size={16} />}
            >
              Rules
            </ButtonLink>
            <CollectionMenu collection={base} />
          </>
        )
      }
    >
      {isOutdated && isChanged && (
        <Alert color="yellow" mb="md" title="This collection has changed since your draft began">
          <Group gap="sm">
            <Text>Applying the draft replaces what was changed. The plan shows what that means.</Text>
            <Button size="xs" variant="default" onClick={discard}>
              Drop the draft
            </Button>
          </Group>
        </Alert>
      )}
      {isResumed && isChanged && (
        <Alert
          color="blue"
          mb="md"
          title="This is the draft you left"
          withCloseButton
          onClose={() => setResumed(false)}
        >
          <Group gap="sm">
            <Text>It was kept when you went elsewhere. Go on with it, or begin anew.</Text>
            <Button size="xs" variant="default" onClick={startOver}>
              Begin anew
            </Button>
          </Group>
        </Alert>
      )}
      <ProblemList problems={problems} draft={draft} onTab={onTab} />
      <Tabs
        value={tab}
        onChange={(next) => onTab(editorTabs.find((one) => one === next) ?? 'fields')}
        keepMounted={false}
      >
        <Tabs.List mb="md" className={classes.tabs!}>
          {editorTabs.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {labels[one]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="fields" tabIndex={-1}>
          <Box className={classes.columns}>
            <FieldsTab {...editor} />
            <aside className={classes.beside} aria-label="API preview">
              <ApiPreview definition={definition} />
            </aside>
          </Box>
        </Tabs.Panel>
        <Tabs.Panel value="indexes" tabIndex={-1}>
          <IndexesTab {...editor} />
        </Tabs.Panel>
        <Tabs.Panel value="options" tabIndex={-1}>
          <OptionsTab {...editor} />
        </Tabs.Panel>
        <Tabs.Panel value="json" tabIndex={-1}>
          <DefinitionTab {...editor} definition={definition} />
        </Tabs.Panel>
        <Tabs.Panel value="api" tabIndex={-1}>
          <ApiPreview definition={definition} />
          {!isNew && (
            <Text mt="md">
              <AnchorLink to="/api/$collection" params={{ collection: base.name }}>
                Try it on the API page
              </AnchorLink>
            </Text>
          )}
        </Tabs.Panel>
      </Tabs>
      {isChanged && <PendingBar base={base} draft={draft} onReview={review} onDiscard={startOver} />}
      {planned && (
        <PlanDialog
          change={planned}
          title={isNew ? `Create ${definition.name}` : `Change ${base.name}`}
          typed={base.name || definition.name}
          onClose={() => setPlanned(undefined)}
          onInvalid={({ errors }) => {
            setPlanned(undefined)
            problems.show(errors, draft)
            goTo(placeOf(errors[0]!, draft), draft, onTab)
          }}
          onApplied={() => {
            setPlanned(undefined)
            discard()
            notify(isNew ? `${definition.name} is there` : `${definition.name} is changed`)
            onApplied(definition.name)
          }}
        />
      )}
    </Page>
  )
}
