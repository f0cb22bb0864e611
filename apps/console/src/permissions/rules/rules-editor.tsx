import type { CollectionDefinition } from '@holdfast/contract'
import { Button, Group, Stack, Text } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { IconEye, IconLock, IconX } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { viewAs } from '../../client/view-as'
import { EmptyState } from '../../ui/empty-state'
import { ButtonLink } from '../../ui/links'
import { Page } from '../../ui/page'
import { rolesWithin } from '../matrix/levels'
import { AddRule } from './add-rule'
import { LeaveGuard } from './leave-guard'
import { ReviewDialog } from './review-dialog'
import { RuleCard } from './rule-card'
import { problemsOf, speaksOf, useRuleCheck } from './rule-check'
import { toRules } from './rule-draft'
import classes from './rules.module.css'
import { RulesFoot } from './rules-foot'
import { useRulesDraft } from './use-rules-draft'

interface RulesEditorProps {
  readonly collection: CollectionDefinition
  readonly collections: readonly CollectionDefinition[]
}

/** The rules of a collection, in order, each open to be changed; nothing is saved before it was reviewed. */
export function RulesEditor({ collection, collections }: RulesEditorProps) {
  const { rule, role } = useSearch({ from: '/shell/permissions/$collection' })
  const navigate = useNavigate({ from: '/permissions/$collection' })
  const draft = useRulesDraft(collection)
  const check = useRuleCheck(collection, draft)
  const [openId, setOpenId] = useState(() => (rule === undefined ? undefined : draft.drafts[rule]?.id))
  const [reviewing, setReviewing] = useState(false)
  const canReview = draft.isChanged && check.isCurrent && check.problems.length === 0 && !check.error
  useHotkeys([['mod+S', () => canReview && setReviewing(true)]], [])
  const within = role === undefined ? undefined : rolesWithin(role)
  return (
    <Page
      title={`Rules of ${collection.name}`}
      description="Rules add up, a denial wins, and what no rule allows is closed. Admins pass every rule."
      actions={
        <>
          <ButtonLink to="/permissions/explain" search={{ collection: collection.name }} variant="default">
            Explain
          </ButtonLink>
          <ButtonLink to="/permissions" variant="default">
            All permissions
          </ButtonLink>
          <AddRule
            collection={collection}
            collections={collections}
            onAdd={(rules) =>
              setOpenId(draft.add(role && role !== 'admin' && rules.length === 1 ? withRole(rules, role) : rules))
            }
          />
        </>
      }
    >
      <Stack gap="sm">
        {role !== undefined && (
          <Group gap="xs">
            <Text size="sm">
              {role === 'admin' ? (
                'Admins pass every rule.'
              ) : (
                <>
                  Rules that count for <strong>{role}</strong> stand out.
                </>
              )}
            </Text>
            <Button
              size="compact-xs"
              variant="default"
              leftSection={<IconEye size={14} />}
              onClick={() => {
                viewAs.start(role === 'public' ? 'public' : { roles: [role] })
                void navigate({ to: '/data/$collection', params: { collection: collection.name } })
              }}
            >
              View data as {role}
            </Button>
            <Button
              size="compact-xs"
              variant="subtle"
              leftSection={<IconX size={14} />}
              onClick={() => void navigate({ search: {}, replace: true })}
            >
              Show all alike
            </Button>
          </Group>
        )}
        {draft.drafts.length === 0 ? (
          <EmptyState icon={IconLock} title="Only admins see these records">
            There is no rule yet. Add one that says who may read or write, perhaps from a template.
          </EmptyState>
        ) : (
          <ol className={classes.list} aria-label="Rules">
            {draft.drafts.map((item, at) => (
              <RuleCard
                key={item.id}
                draft={item}
                rule={draft.rules[at]!}
                at={at}
                isLast={at === draft.drafts.length - 1}
                isOpen={item.id === openId}
                isDim={within !== undefined && !speaksOf(item, within)}
                problems={problemsOf(check.problems, at)}
                collection={collection}
                collections={collections}
                onToggle={() => setOpenId((open) => (open === item.id ? undefined : item.id))}
                onChange={(changes) => draft.change(item.id, changes)}
                onMove={(by) => draft.move(item.id, by)}
                onCopy={() => setOpenId(draft.add(toRules([item]).rules))}
                onRemove={() => draft.remove(item.id)}
              />
            ))}
          </ol>
        )}
        <RulesFoot
          draft={draft}
          check={check}
          canReview={canReview}
          onDiscard={() => draft.reset(collection)}
          onReview={() => setReviewing(true)}
        />
      </Stack>
      {reviewing && (
        <ReviewDialog
          collection={collection}
          draft={draft}
          onClose={() => setReviewing(false)}
          onSaved={(saved) => {
            draft.reset(saved)
            setOpenId(undefined)
          }}
        />
      )}
      <LeaveGuard active={draft.isChanged} />
    </Page>
  )
}

const withRole = <T extends { role: string }>(rules: readonly T[], role: string): T[] =>
  rules.map((rule) => ({ ...rule, role }))
