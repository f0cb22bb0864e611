/** The console in a real browser, for tests. */
export { admin, type ConsoleTest, launchBrowser, type PageOptions, picture, startConsole } from './start-console.js'
export { violations } from './violations.js'
