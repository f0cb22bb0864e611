import type { ErrorItem } from '@holdfast/contract'
import type { Liquid, LiquidError } from 'liquidjs'
import { AppError } from '../../lib/index.js'
import { loadEngines } from './liquid.js'
import type { MailTemplate, TemplateData } from './mail-template.js'

/** A mail as it is read. */
export interface RenderedMail {
  readonly subject: string
  readonly text: string
  readonly html?: string
}

/** @throws validation_failed, naming part, line and column of what is wrong */
export async function renderTemplate(
  { subject, text, html }: MailTemplate,
  data: TemplateData,
  language: string,
): Promise<RenderedMail> {
  const engines = await loadEngines()
  const scope = { ...data, language }
  const faults: ErrorItem[] = []
  const render = (path: string, engine: Liquid, source: string) => renderPart(path, engine, source, scope, faults)
  const rendered = {
    subject: render('subject', engines.text, subject).trim(),
    text: render('text', engines.text, text),
    ...(html !== undefined && { html: render('html', engines.html, html) }),
  }
  if (faults.length === 0) return rendered
  throw new AppError('validation_failed', faults[0]!.message, { errors: faults, hint })
}

const hint = 'Templates may name app, url, color, email, link, code, lasts, subject and language: {{ app }}'

function renderPart(path: string, engine: Liquid, source: string, scope: object, faults: ErrorItem[]): string {
  try {
    return engine.renderSync(engine.parse(source), scope)
  } catch (error) {
    faults.push({ path, code: 'invalid_template', message: describe(path, error as LiquidError) })
    return ''
  }
}

/** The library names the line by itself where it knows it. */
function describe(path: string, { message, token }: LiquidError): string {
  const [, what = message] = /^(.*?)(?:, file:.*)?, line:\d+, col:\d+$/s.exec(message) ?? []
  if (token === undefined) return `${path}: ${what}`
  const [line, column] = token.getPosition()
  return `${path}, line ${line}, column ${column}: ${what}`
}
