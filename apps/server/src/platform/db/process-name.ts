import { randomBytes } from 'node:crypto'

/** The `application_name` of this process' connections: tells them from those of others. */
export const processName = `holdfast ${randomBytes(6).toString('hex')}`
