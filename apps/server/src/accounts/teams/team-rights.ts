import { teamManagers } from '@holdfast/contract'
import { defineError } from '../../lib/index.js'

const forbidden = defineError('forbidden')
const conflict = defineError('conflict')

/** What somebody is in a team. */
export interface Standing {
  /** Their roles in it; undefined where they are no member. */
  readonly roles: readonly string[] | undefined
  /** An admin of the server, who may do everything but leave a team without an owner. */
  readonly isServerAdmin: boolean
}

export const isOwner = (roles: readonly string[] | undefined): boolean => roles?.includes('owner') === true

export const isManager = ({ roles, isServerAdmin }: Standing): boolean =>
  isServerAdmin || teamManagers.some((role) => roles?.includes(role))

/** @throws forbidden */
export function requireManager(standing: Standing): void {
  if (!isManager(standing)) throw forbidden('Only owners and admins of the team may do this')
}

/** Nobody gives what is above them. @throws forbidden */
export function requireMayGive(standing: Standing, roles: readonly string[]): void {
  requireManager(standing)
  if (isOwner(roles) && !standing.isServerAdmin && !isOwner(standing.roles))
    throw forbidden('Only owners may make somebody an owner')
}

/** A member who is to have other roles, or none. */
export interface MemberChange {
  readonly before: readonly string[]
  /** Undefined: removed. */
  readonly after: readonly string[] | undefined
  readonly isSelf: boolean
  readonly owners: number
}

/** @throws forbidden, conflict */
export function checkChange(standing: Standing, { before, after, isSelf, owners }: MemberChange): void {
  const isLeaving = isSelf && after === undefined
  if (!isLeaving) requireMayGive(standing, after ?? [])
  if (!isSelf && isOwner(before) && !standing.isServerAdmin && !isOwner(standing.roles))
    throw forbidden('Only owners may change an owner')
  if (isOwner(before) && !isOwner(after) && owners <= 1)
    throw conflict('A team keeps its last owner', { hint: 'Make somebody else an owner first, or delete the team.' })
}
