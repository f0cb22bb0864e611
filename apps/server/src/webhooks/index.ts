/** Webhooks: committed changes, delivered to URLs that admins gave. */
export { WebhooksModule } from './webhooks.module.js'
