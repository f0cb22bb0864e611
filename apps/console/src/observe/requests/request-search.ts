import type { RequestQuery } from '@holdfast/sdk/admin'

/** What the URL of the log of requests keeps. */
export interface RequestSearch {
  readonly path?: string
  readonly method?: string
  readonly result?: 4 | 5
  readonly minMs?: number
  readonly route?: string
  readonly principalId?: string
  readonly address?: string
  /** Whether new ones appear by themselves. */
  readonly live?: boolean
  /** The id of the request that is looked at. */
  readonly request?: string
}

const text = (value: unknown, pattern = /^.{1,300}$/): string | undefined => {
  const given = typeof value === 'number' ? String(value) : value
  return typeof given === 'string' && pattern.test(given) ? given : undefined
}

export function parseRequestSearch(search: Record<string, unknown>): RequestSearch {
  const { result, minMs, live } = search
  const found = {
    path: text(search['path']),
    method: text(search['method'], /^[A-Z]{3,10}$/),
    result: result === 4 || result === 5 ? result : undefined,
    minMs: typeof minMs === 'number' && minMs > 0 ? Math.round(minMs) : undefined,
    route: text(search['route'], /^\/.{0,300}$/),
    principalId: text(search['principalId'], /^[\da-f-]{36}$/),
    address: text(search['address'], /^[\da-fA-F.:]{2,45}$/),
    live: live === true ? true : undefined,
    request: text(search['request'], /^[\w.-]{8,64}$/),
  }
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined))
}

/** What of it the server is asked for. */
export const toFilter = ({ live: _live, request: _request, ...filter }: RequestSearch): RequestQuery => ({ ...filter })
