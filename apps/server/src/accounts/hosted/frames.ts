import { Injectable } from '@nestjs/common'
import type { Request, Response } from 'express'
import { type Frame, type Page, policyOf, writePage } from './page.js'
import { pickLanguage, textsOf } from './texts.js'
import { Theme } from './theme.js'

/** Looks and language that all pages have in common: those of a sign-in, and those that stand between apps and their users. */
@Injectable()
export class Frames {
  constructor(private readonly theme: Theme) {}

  async of({ headers }: Pick<Request, 'headers'>): Promise<Frame> {
    const theme = await this.theme.get()
    const language = pickLanguage(headers['accept-language'], theme.language)
    return { texts: textsOf[language], language, theme }
  }
}

/** No page is kept, nor tells where it leads to what its address was. */
export const headersOf = (frame: Frame, page: Page): Readonly<Record<string, string>> => ({
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'Content-Security-Policy': policyOf(frame, page),
})

export function sendPage(response: Response, frame: Frame, page: Page): void {
  response
    .status(page.status ?? 200)
    .set(headersOf(frame, page))
    .type('html')
    .send(writePage(frame, page))
}
