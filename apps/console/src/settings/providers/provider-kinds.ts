/** What can be picked, as the server knows it; and what a kind asks for beside client id and secret. */
export interface ProviderKind {
  readonly kind: string
  readonly name: string
  /** Settings without which it does not work, or which people mostly set. */
  readonly asks?: readonly string[]
  /** Where apps are registered. */
  readonly registerAt?: string
}

export const providerKinds: readonly ProviderKind[] = [
  { kind: 'google', name: 'Google', registerAt: 'https://console.cloud.google.com/apis/credentials' },
  { kind: 'github', name: 'GitHub', registerAt: 'https://github.com/settings/developers' },
  { kind: 'apple', name: 'Apple', asks: ['teamId', 'keyId'], registerAt: 'https://developer.apple.com/account' },
  { kind: 'microsoft', name: 'Microsoft', registerAt: 'https://entra.microsoft.com' },
  { kind: 'facebook', name: 'Facebook', registerAt: 'https://developers.facebook.com/apps' },
  { kind: 'gitlab', name: 'GitLab', registerAt: 'https://gitlab.com/-/user_settings/applications' },
  { kind: 'discord', name: 'Discord', registerAt: 'https://discord.com/developers/applications' },
  { kind: 'linkedin', name: 'LinkedIn', registerAt: 'https://www.linkedin.com/developers/apps' },
  { kind: 'x', name: 'X', registerAt: 'https://developer.x.com' },
  { kind: 'slack', name: 'Slack', registerAt: 'https://api.slack.com/apps' },
  { kind: 'spotify', name: 'Spotify', registerAt: 'https://developer.spotify.com/dashboard' },
  { kind: 'twitch', name: 'Twitch', registerAt: 'https://dev.twitch.tv/console/apps' },
  { kind: 'oidc', name: 'OpenID Connect', asks: ['issuer'] },
]

export const kindOf = (kind: string): ProviderKind =>
  providerKinds.find((known) => known.kind === kind) ?? { kind, name: kind }
