/** Providers to sign in by, real and hostile, and a browser to do it with. */
export { Browser, fromAnywhere } from './browser.js'
export { type GithubPeer, startGithubPeer } from './github-peer.js'
export { type HostileProvider, startHostileProvider } from './hostile-provider.js'
export { type IdentityProvider, startIdentityProvider } from './identity-provider.js'
export { app, configure, exchange, type SignInOptions, signInBy, startOauthServer, walk } from './sign-in-by.js'
