import { apple } from './apple.provider.js'
import { discord } from './discord.provider.js'
import { facebook } from './facebook.provider.js'
import { github } from './github.provider.js'
import { gitlab } from './gitlab.provider.js'
import { google } from './google.provider.js'
import { linkedin } from './linkedin.provider.js'
import { microsoft } from './microsoft.provider.js'
import { oidc } from './oidc.provider.js'
import type { Provider } from './provider.js'
import { slack } from './slack.provider.js'
import { spotify } from './spotify.provider.js'
import { twitch } from './twitch.provider.js'
import { x } from './x.provider.js'

/** Every provider there is; each is one file. */
export const providerKinds: ReadonlyMap<string, Provider> = new Map(
  Object.entries({
    ...{ google, github, apple, microsoft, facebook, gitlab, discord },
    ...{ linkedin, x, slack, spotify, twitch, oidc },
  }),
)
