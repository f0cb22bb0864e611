import type { IncomingMessage } from 'node:http'

/**
 * Whether a request comes from a page of this server or of an app that may call it. Browsers say so themselves, no page can
 * make them say otherwise; where they say nothing, it is no.
 */
export class OwnPages {
  private readonly origins: ReadonlySet<string>
  private readonly protocol: string

  constructor({ publicUrl, corsOrigins }: { readonly publicUrl: string; readonly corsOrigins: readonly string[] }) {
    const { origin, protocol } = new URL(publicUrl)
    this.origins = new Set([origin, ...corsOrigins])
    this.protocol = protocol
  }

  isOne({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
    const { origin, host } = headers
    // Pages that tell nobody where they are send the origin `null`, and so does what stands in a sandbox.
    if (origin === undefined || origin === 'null') return headers['sec-fetch-site'] === 'same-origin'
    return this.origins.has(origin) || this.isSelf(origin, host)
  }

  /** Under another name than `PUBLIC_URL`, such as localhost: cookies and page then share that one. */
  private isSelf(origin: string, host: string | undefined): boolean {
    const url = URL.parse(origin)
    return url !== null && url.protocol === this.protocol && url.host === host
  }
}
