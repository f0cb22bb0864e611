import type { CollectionDefinition, RuleDefinition } from '@holdfast/contract'
import { ActionIcon, Collapse, Tooltip, UnstyledButton } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconCopy, IconTrash } from '@tabler/icons-react'
import type { ComponentType } from 'react'
import type { DraftProblem, RuleDraft } from './rule-draft'
import { RuleEditor } from './rule-editor'
import { RuleSummary } from './rule-summary'
import classes from './rules.module.css'

interface RuleCardProps {
  readonly draft: RuleDraft
  readonly rule: RuleDefinition
  readonly at: number
  readonly isLast: boolean
  readonly isOpen: boolean
  /** It does not count for the role that is looked at. */
  readonly isDim: boolean
  readonly problems: readonly DraftProblem[]
  readonly collection: CollectionDefinition
  readonly collections: readonly CollectionDefinition[]
  onToggle(): void
  onChange(changes: Partial<RuleDraft>): void
  onMove(by: -1 | 1): void
  onCopy(): void
  onRemove(): void
}

/** One rule of the list, in a few words, or open to be changed. */
export function RuleCard(props: RuleCardProps) {
  const { draft, rule, at, isLast, isOpen, isDim, problems, onToggle, onMove, onCopy, onRemove } = props
  const name = `rule ${at + 1}`
  return (
    <li
      className={classes.card}
      {...(isOpen && { 'data-open': true })}
      {...(isDim && { 'data-dim': true })}
      {...(problems.length > 0 && { 'data-wrong': true })}
    >
      <div className={classes.head}>
        <UnstyledButton
          className={classes.toggle}
          onClick={onToggle}
          aria-expanded={isOpen}
          aria-controls={`rule-${draft.id}`}
        >
          <span className={classes.number}>{at + 1}</span>
          <RuleSummary rule={rule} />
        </UnstyledButton>
        <span className={classes.tools}>
          <Tool label={`Move ${name} up`} icon={IconArrowUp} disabled={at === 0} onClick={() => onMove(-1)} />
          <Tool label={`Move ${name} down`} icon={IconArrowDown} disabled={isLast} onClick={() => onMove(1)} />
          <Tool label={`Duplicate ${name}`} icon={IconCopy} onClick={onCopy} />
          <Tool label={`Remove ${name}`} icon={IconTrash} onClick={onRemove} />
        </span>
      </div>
      <Collapse expanded={isOpen} id={`rule-${draft.id}`}>
        {isOpen && (
          <div className={classes.body}>
            <RuleEditor {...props} />
          </div>
        )}
      </Collapse>
    </li>
  )
}

interface ToolProps {
  readonly label: string
  readonly icon: ComponentType<{ size?: number }>
  readonly disabled?: boolean
  onClick(): void
}

const Tool = ({ label, icon: Icon, disabled = false, onClick }: ToolProps) => (
  <Tooltip label={label}>
    <ActionIcon variant="subtle" color="gray" aria-label={label} disabled={disabled} onClick={onClick}>
      <Icon size={16} />
    </ActionIcon>
  </Tooltip>
)
