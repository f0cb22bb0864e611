/** The description of the API: OpenAPI documents by who reads them, and the page that shows them. */
export { Documents, type DocumentText } from './documents.js'
