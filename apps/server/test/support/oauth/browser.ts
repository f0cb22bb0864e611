/** An address of its own behind the proxy, so that tests do not use up the budget of one network. */
export const fromAnywhere = (): Record<string, string> => ({
  'x-forwarded-for': [10, 0, 0, 0].map((first) => first || Math.floor(Math.random() * 256)).join('.'),
})

/** A browser without pages: keeps the cookies of each host, and follows where it is sent. */
export class Browser {
  private readonly place = fromAnywhere()
  private readonly jars = new Map<string, Map<string, string>>()

  /** One request; a redirect is not followed. */
  async ask(url: string, init: RequestInit = {}): Promise<Response> {
    const { host } = new URL(url)
    const headers = new Headers({ ...this.place, ...(init.headers as Record<string, string>) })
    const jar = this.jars.get(host) ?? new Map<string, string>()
    this.jars.set(host, jar)
    if (jar.size > 0) headers.set('cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '))
    const answer = await fetch(url, { ...init, headers, redirect: 'manual' })
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie)!
      if (value === '' || /max-age=0|expires=thu, 01 jan 1970/i.test(cookie)) jar.delete(name!)
      else jar.set(name!, value!)
    }
    return answer
  }

  /** Follows redirects until one leads to a URL that begins with `until`, and gives that one. */
  async follow(url: string, until: string): Promise<URL> {
    for (let at = url, hops = 0; hops < 15; hops++) {
      const answer = await this.ask(at)
      const location = answer.headers.get('location')
      if (location === null) throw new Error(`${at} answers ${answer.status} ${await answer.text()}`)
      at = new URL(location, at).href
      if (at.startsWith(until)) return new URL(at)
    }
    throw new Error('It never ends')
  }

  /** Cookies of a host, for a thief to take. */
  cookiesOf(url: string): ReadonlyMap<string, string> {
    return this.jars.get(new URL(url).host) ?? new Map()
  }
}
