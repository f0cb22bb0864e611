import { applyDecorators, type CanActivate, type ExecutionContext, Injectable, UseGuards } from '@nestjs/common'
import { type GuardedRequest, notSignedIn } from '../../auth/index.js'
import { FreshProofs } from './fresh-proofs.js'

@Injectable()
export class FreshProofGuard implements CanActivate {
  constructor(private readonly proofs: FreshProofs) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { principal } = context.switchToHttp().getRequest<GuardedRequest>()
    if (principal.kind !== 'user') throw notSignedIn()
    await this.proofs.require(principal)
    return true
  }
}

/** The handler wants a caller who has lately proven who they are, beside what its access says. */
export const FreshProof = () => applyDecorators(UseGuards(FreshProofGuard))
