import type { Action } from '@holdfast/contract'
import { IconQuestionMark } from '@tabler/icons-react'
import { useViewAs } from '../../client/view-as'
import { ButtonLink, IconLink } from '../../ui/links'

interface ExplainButtonProps {
  readonly collection: string
  readonly action: Action
  readonly id?: string
  readonly field?: string
  /** Whom it is about, as links have it; left out, whomever the console looks as. */
  readonly as?: string
  /** Only its sign, where there is little room. */
  readonly compact?: boolean
}

/** Leads to why something is denied or hidden. */
export function ExplainButton({ collection, action, id, field, as, compact = false }: ExplainButtonProps) {
  const view = useViewAs()
  const who = as ?? view
  const search = { collection, action, ...(id && { id }), ...(field && { field }), ...(who && { as: who }) }
  if (compact)
    return (
      <IconLink
        to="/permissions/explain"
        search={search}
        variant="subtle"
        color="gray"
        size="sm"
        aria-label={`Explain ${field ?? action}`}
        title="Explain"
      >
        <IconQuestionMark size={14} />
      </IconLink>
    )
  return (
    <ButtonLink to="/permissions/explain" search={search} variant="default" size="xs">
      Explain
    </ButtonLink>
  )
}
