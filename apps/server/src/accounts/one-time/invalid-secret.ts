import { AppError } from '../../lib/index.js'

/** One answer for every reason: wrong, used, too old, made for something else. */
export const invalidLink = (): AppError =>
  new AppError('invalid_secret', 'This link is not good any more', { hint: 'Ask for a new one' })

export const invalidCode = (): AppError =>
  new AppError('invalid_secret', 'This code is wrong or not good any more', {
    hint: 'Look again, or ask for a new one',
  })
