import { expect } from 'vitest'
import type { TestResponse, TestServer } from '../../support/index.js'
import { TestBrowser } from './browser.js'

export interface VisitedPage extends TestResponse {
  /** Texts of the page without its marks. */
  readonly words: string
}

/** Somebody with a browser that runs no scripts: opens pages, fills in forms, follows where they lead. */
export class Visitor {
  readonly browser: TestBrowser

  constructor(readonly server: TestServer) {
    this.browser = new TestBrowser(server)
  }

  /** Opens a page of ours, and whatever it leads to here. */
  async open(path: string, headers: Record<string, string> = {}): Promise<VisitedPage> {
    return this.follow(await this.browser.request('GET', path, { headers }))
  }

  /** Sends the form of a page that goes to `action`, with what is filled in. */
  async send(page: VisitedPage, action: string, fields: Record<string, string> = {}): Promise<VisitedPage> {
    return this.follow(await this.post(`/auth/ui/${action}`, { ...hiddenFields(page.text, action), ...fields }))
  }

  post(path: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<TestResponse> {
    return this.browser.request('POST', path, {
      body: new URLSearchParams(fields).toString(),
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        // What browsers send from a page with `Referrer-Policy: no-referrer`.
        origin: 'null',
        'sec-fetch-site': 'same-origin',
        ...headers,
      },
    })
  }

  private async follow(response: TestResponse): Promise<VisitedPage> {
    const location = response.headers.get('location')
    if (location?.startsWith('/')) return this.open(location)
    return { ...response, words: response.text.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ') }
  }
}

export function hiddenFields(text: string, action: string): Record<string, string> {
  const forms = text.split('<form ').filter((form) => form.includes(`action="/auth/ui/${action}"`))
  expect(forms, `a form to ${action} in ${text}`).not.toEqual([])
  const inputs = forms[0]!.split('</form>')[0]!.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)
  return Object.fromEntries([...inputs].map(([, name, value]) => [name!, readEntities(value!)]))
}

export const readEntities = (text: string): string =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
