import { createHash, randomBytes } from 'node:crypto'
import type { AuthProviderInfo } from '@holdfast/contract'
import { Inject, Injectable } from '@nestjs/common'
import type { Request } from 'express'
import { readCookie, writeCookie } from '../../auth/index.js'
import { CONFIG, type Config } from '../../platform/config/index.js'
import { fieldsOf, linkTo } from './flow.js'
import type { View } from './page.js'
import type { Provider } from './pages/sign-in-page.js'
import type { Visit } from './visits.js'

const maxAgeSeconds = 600

/** Sign-in by other providers: for an app at once, for our own pages by a verifier that this browser keeps. */
@Injectable()
export class ProviderLinks {
  private readonly secure: boolean
  private readonly name: string

  constructor(@Inject(CONFIG) private readonly config: Config) {
    this.secure = config.publicUrl.startsWith('https:')
    this.name = this.secure ? '__Host-holdfast_verifier' : 'holdfast_verifier'
  }

  async list(visit: Visit): Promise<Provider[]> {
    const answer = await visit.api('GET', '/auth/providers')
    const found: AuthProviderInfo[] = answer.ok ? answer.data : []
    return found.map((provider) => ({ ...provider, href: this.hrefOf(provider, visit.view) }))
  }

  /** Begins a sign-in that comes back to our pages. */
  begin(request: Request, url: string): string {
    const target = new URL(url)
    for (const [name, value] of Object.entries(this.comeBack(request, 'callback'))) target.searchParams.set(name, value)
    return target.href
  }

  /** Where a browser comes back to, with a code that is of use to this browser only. */
  comeBack(request: Request, page: string): { redirectTo: string; codeChallenge: string } {
    const verifier = randomBytes(32).toString('base64url')
    const options = { path: '/', secure: this.secure, maxAgeSeconds }
    request.res!.appendHeader('Set-Cookie', writeCookie(this.name, verifier, options))
    const codeChallenge = createHash('sha256').update(verifier).digest('base64url')
    return { redirectTo: `${this.config.publicUrl}/auth/ui/${page}`, codeChallenge }
  }

  /** What this browser began with: a code that came with another one is not taken. */
  verifierOf(request: Request): string | undefined {
    return readCookie(request, this.name)
  }

  private hrefOf({ id, type, url }: AuthProviderInfo, { flow }: View): string {
    if (type === 'ldap') return linkTo('directory', flow, [['id', id]])
    if (flow.redirectTo === undefined) return linkTo('provider', flow, [['id', id]])
    const target = new URL(url)
    for (const [name, value] of fieldsOf(flow)) target.searchParams.set(name, value)
    return target.href
  }
}
