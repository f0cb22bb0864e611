import type { Request } from 'express'
import { Strategy } from 'passport'
import type { ProvenIdentity } from '../identities/proven-identity.js'

/** The one strategy of every provider: takes the answer that a browser brings back, and tells who somebody is there. */
export class OAuthStrategy extends Strategy {
  override readonly name = 'oauth'

  constructor(private readonly prove: (request: Request) => Promise<ProvenIdentity>) {
    super()
  }

  override authenticate(request: Request): void {
    this.prove(request).then(
      (identity) => this.success(identity as never),
      (error: unknown) => this.error(error),
    )
  }
}
