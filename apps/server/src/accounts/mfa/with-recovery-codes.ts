const start = '{"data":{'

/** Puts recovery codes into the answer of a sign-in, where it is one. JSON text, as the user's record in it is. */
export function withRecoveryCodes(recoveryCodes: readonly string[], signIn: string | undefined): string {
  const codes = `${start}"recoveryCodes":${JSON.stringify(recoveryCodes)}`
  return signIn?.startsWith(start) ? `${codes},${signIn.slice(start.length)}` : `${codes}}}`
}
