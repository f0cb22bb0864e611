import type { AuthProviderInfo } from '@holdfast/contract'
import { Inject, Injectable } from '@nestjs/common'
import { CONFIG, type Config } from '../../platform/config/index.js'
import { ProviderSettings } from './provider-settings.js'

type Source = () => Promise<AuthProviderInfo[]>

/** Every provider somebody can sign in by now, of whatever kind: for sign-in pages. */
@Injectable()
export class ProviderList {
  private readonly sources: Source[] = []

  constructor(@Inject(CONFIG) { publicUrl }: Config, providers: ProviderSettings) {
    this.add(async () =>
      (await providers.list()).map(({ id, name, config: { kind } }) => ({
        ...{ id, name, kind, type: 'oauth' as const },
        url: `${publicUrl}/api/v1/auth/oauth/${id}`,
      })),
    )
  }

  /** More of them: told anew each time. */
  add(source: Source): void {
    this.sources.push(source)
  }

  async list(): Promise<AuthProviderInfo[]> {
    return (await Promise.all(this.sources.map((source) => source()))).flat()
  }
}
