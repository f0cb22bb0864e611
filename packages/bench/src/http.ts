export interface Call {
  readonly method?: 'GET' | 'POST' | 'PATCH'
  readonly path: string
  readonly token?: string
  /** A text is sent as it is. */
  readonly body?: unknown
  readonly headers?: Record<string, string>
}

export interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: answers of any route; what is read from them is checked where it is used
  readonly json: any
}

/** One request with a JSON body, outside any measurement. */
export async function call(base: string, { method = 'GET', path, token, body, headers }: Call): Promise<Answer> {
  const response = await fetch(base + path, {
    method,
    headers: {
      ...headers,
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
  })
  const text = await response.text()
  return { status: response.status, json: text === '' ? undefined : JSON.parse(text) }
}

/** The `data` of an answer that must be 2xx. */
// biome-ignore lint/suspicious/noExplicitAny: as above
export async function callForData(base: string, request: Call): Promise<any> {
  const { status, json } = await call(base, request)
  if (status >= 200 && status < 300) return json?.data
  throw new Error(`${request.method ?? 'GET'} ${request.path} answered ${status}: ${JSON.stringify(json)}`)
}
