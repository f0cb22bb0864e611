/** What is asked, of the floor and of the server alike. */
export const loginUrl = '/api/v1/auth/login'
export const recordsUrl = '/api/v1/collections/posts/records'

const published = `${recordsUrl}?filter=${encodeURIComponent('{"status":"published"}')}&sort=-createdAt&limit=20`

export const listUrl = published
export const estimateUrl = `${published}&count=estimated`
export const exactUrl = `${published}&count=exact`
export const expandUrl = `${published}&expand=author`

export const recordUrl = (id: string): string => `${recordsUrl}/${id}`

export const filterUrl = (author: string, views: number): string =>
  `${recordsUrl}?filter=${encodeURIComponent(JSON.stringify({ author, views: { $gt: views } }))}&sort=-createdAt&limit=20`
