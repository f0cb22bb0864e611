import { Inject, Injectable } from '@nestjs/common'
import { CONFIG, type Config } from '../../platform/config/index.js'
import { Redirects } from '../redirects/redirects.js'

/** Where a sign-in by SAML ends: where the app wants, as far as that is allowed, or at our own page. */
@Injectable()
export class SamlRedirects {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly redirects: Redirects,
  ) {}

  /** @throws invalid_value */
  async check(redirectTo: string | undefined): Promise<string> {
    if (redirectTo === undefined) return `${this.config.publicUrl}/auth/ui/callback`
    return (await this.redirects.check(redirectTo, 'redirectTo')).href
  }
}
