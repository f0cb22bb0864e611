import type { Json } from '@holdfast/contract'
import type { Operation } from './operation'
import { shellQuote } from './source-text'

/** An operation as a command. The token comes from the environment, so that none ends up in a history of commands. */
export function toCurl({ method, path, query = {}, body, streams }: Operation, origin: string): string {
  const parameters = Object.entries(query).map(([name, value]) => `--data-urlencode ${shellQuote(`${name}=${value}`)}`)
  const json = body === undefined ? [] : [`-H 'Content-Type: application/json'`, `-d ${shellQuote(bodyText(body))}`]
  const verb = parameters.length > 0 ? '-G ' : method === 'GET' ? '' : `-X ${method} `
  const parts = [
    `curl ${streams ? '-N ' : ''}${verb}${shellQuote(`${origin}/api/v1${path}`)}`,
    '-H "Authorization: Bearer $TOKEN"',
    ...parameters,
    ...json,
  ]
  return parts.join(' \\\n  ')
}

/** On one line where that is short. */
function bodyText(body: Json): string {
  const flat = JSON.stringify(body)
  return flat.length <= 70 ? flat : JSON.stringify(body, null, 2)
}
