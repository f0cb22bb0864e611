/** What the environment says. Every key stands in `settings.ts`. */
export { CONFIG, type Config, ConfigError, listenUrl, parseConfig } from './parse-config.js'
export { settings } from './settings.js'
export { StartError } from './start-error.js'
