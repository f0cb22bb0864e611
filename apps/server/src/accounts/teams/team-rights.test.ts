import { describe, expect, it } from 'vitest'
import { checkChange, isManager, requireMayGive, type Standing } from './team-rights.js'

const as = (...roles: string[]): Standing => ({ roles, isServerAdmin: false })
const serverAdmin: Standing = { roles: undefined, isServerAdmin: true }
const change = (before: string[], after: string[] | undefined, more: { isSelf?: boolean; owners?: number } = {}) => ({
  before,
  after,
  isSelf: more.isSelf ?? false,
  owners: more.owners ?? 2,
})
const outcome = (act: () => void): string => {
  try {
    act()
    return 'done'
  } catch (error) {
    return (error as { code: string }).code
  }
}

describe('rights in a team', () => {
  it('are with its owners, its admins and the admins of the server', () => {
    expect([as('owner'), as('admin'), as('member'), as('billing'), serverAdmin].map(isManager)).toEqual([
      ...[true, true, false, false, true],
    ])
  })

  it('let nobody give what is above them', () => {
    expect(outcome(() => requireMayGive(as('owner'), ['owner']))).toBe('done')
    expect(outcome(() => requireMayGive(as('admin'), ['owner']))).toBe('forbidden')
    expect(outcome(() => requireMayGive(as('admin'), ['admin', 'billing']))).toBe('done')
    expect(outcome(() => requireMayGive(as('member'), ['member']))).toBe('forbidden')
    expect(outcome(() => requireMayGive(serverAdmin, ['owner']))).toBe('done')
  })

  it('let admins change everybody but owners', () => {
    expect(outcome(() => checkChange(as('admin'), change(['admin'], ['member'])))).toBe('done')
    expect(outcome(() => checkChange(as('admin'), change(['owner'], ['member'])))).toBe('forbidden')
    expect(outcome(() => checkChange(as('admin'), change(['owner'], undefined)))).toBe('forbidden')
    expect(outcome(() => checkChange(as('admin'), change(['admin'], ['owner'], { isSelf: true })))).toBe('forbidden')
  })

  it('let everybody leave, and nobody raise themselves', () => {
    expect(outcome(() => checkChange(as('member'), change(['member'], undefined, { isSelf: true })))).toBe('done')
    expect(outcome(() => checkChange(as('member'), change(['member'], ['admin'], { isSelf: true })))).toBe('forbidden')
  })

  it('keep the last owner, whoever asks', () => {
    const last = { isSelf: true, owners: 1 }
    expect(outcome(() => checkChange(as('owner'), change(['owner'], undefined, last)))).toBe('conflict')
    expect(outcome(() => checkChange(as('owner'), change(['owner'], ['admin'], last)))).toBe('conflict')
    expect(outcome(() => checkChange(serverAdmin, change(['owner'], undefined, { owners: 1 })))).toBe('conflict')
    expect(outcome(() => checkChange(as('owner'), change(['owner'], ['owner', 'admin'], last)))).toBe('done')
  })
})
