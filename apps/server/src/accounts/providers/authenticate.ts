import type { Request } from 'express'
import { Passport, type Strategy } from 'passport'

const passport = new Passport()

/**
 * Runs a Passport strategy on a request; undefined when it refuses. Passport leaves the callbacks of the outcome on the
 * object it runs, so each request runs a copy: one caller must never receive what another one proved.
 */
export const authenticate = <Proven>(strategy: Strategy, request: Request): Promise<Proven | undefined> =>
  new Promise((resolve, reject) => {
    const conclude = (error: unknown, proven?: Proven | false) => (error ? reject(error) : resolve(proven || undefined))
    const run = passport.authenticate(Object.create(strategy), { session: false }, conclude)
    run(request, request.res, reject)
  })
