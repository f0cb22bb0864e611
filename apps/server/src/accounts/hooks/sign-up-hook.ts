import type { HookData, Json } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import { AppError } from '../../lib/index.js'
import { PermissionsService } from '../../permissions/index.js'
import { Hooks } from './hooks.js'
import { parseDecision } from './parse-decision.js'

/** Asks the hook `beforeSignUp` whether somebody may make an account. */
@Injectable()
export class SignUpHook {
  constructor(
    private readonly hooks: Hooks,
    private readonly permissions: PermissionsService,
  ) {}

  /** The profile the account is made with. @throws forbidden, unavailable */
  async decide(attempt: HookData['beforeSignUp']): Promise<{ [field: string]: Json }> {
    const fields = this.permissions.writableFields(['user'], 'update', 'users')
    const decided = await this.hooks.ask('beforeSignUp', attempt, (answer) => parseDecision(answer, fields))
    if (decided?.decision === 'deny')
      throw new AppError('forbidden', decided.message ?? 'You cannot make an account here')
    return decided?.profile ?? attempt.profile
  }
}
