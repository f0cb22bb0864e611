import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { expect } from 'vitest'
import type { TestResponse, TestServer } from '../../support/index.js'

// biome-ignore lint/suspicious/noExplicitAny: tests read documents of every shape
export type Document = any

export async function fetchDocument(server: TestServer, token?: string): Promise<Document> {
  const { status, json, text } = await server.request('GET', '/api/v1/openapi.json', { token })
  expect(status, text).toBe(200)
  return json
}

/** `GET /api/v1/auth/me`, … */
export const operationsOf = (document: Document): string[] =>
  Object.entries<object>(document.paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
  )

/** Checks answers against a document. Records may have no field that the document does not name. */
export class Answers {
  private readonly ajv: Ajv2020
  private readonly validators = new Map<string, ValidateFunction>()

  constructor(private readonly document: Document) {
    const strict = structuredClone(document)
    for (const [name, schema] of Object.entries<Document>(strict.components.schemas))
      if (name.endsWith('.record')) schema.additionalProperties = false
    this.ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true })
    formats.default(this.ajv)
    this.ajv.addFormat('html', true)
    this.ajv.addFormat('password', true)
    this.ajv.addSchema(strict, 'document')
  }

  /** The answer has a status that the operation documents, and the body that goes with it. */
  expectDocumented(operation: string, response: TestResponse): void {
    const [method, path] = operation.split(' ') as [string, string]
    const responses = this.document.paths[path]?.[method.toLowerCase()]?.responses ?? {}
    expect(Object.keys(responses), `${operation}: ${response.text}`).toContain(String(response.status))
    const pointer = `/paths/${pointerOf(path)}/${method.toLowerCase()}/responses/${response.status}`
    const ref = responses[response.status].$ref
    const at = ref ? ref.slice(1) : pointer
    const { content } = ref ? this.document.components.responses[ref.split('/').at(-1)] : responses[response.status]
    if (!content) {
      expect(response.text).toBe('')
      return
    }
    const type = response.headers.get('content-type')!.split(';')[0]!
    expect(Object.keys(content)).toContain(type)
    this.expectValid(`${at}/content/${pointerOf(type)}/schema`, response.json, operation)
  }

  expectValid(pointer: string, value: unknown, label = pointer): void {
    const validate = this.validatorOf(pointer)
    validate(value)
    expect(validate.errors ?? [], `${label}: ${JSON.stringify(value)}`).toEqual([])
  }

  isValid(pointer: string, value: unknown): boolean {
    return this.validatorOf(pointer)(value) as boolean
  }

  private validatorOf(pointer: string): ValidateFunction {
    const known = this.validators.get(pointer)
    if (known) return known
    const validate = this.ajv.compile({ $ref: `document#${encodeURI(pointer)}` })
    this.validators.set(pointer, validate)
    return validate
  }
}

const pointerOf = (part: string): string => part.replaceAll('~', '~0').replaceAll('/', '~1')
