import { describe, expect, it } from 'vitest'
import { Connection } from './connection.js'

describe('Connection', () => {
  it('that breaks while nobody listens, such as between the pool and who asked for it, does not end the process', () => {
    expect(() => new Connection().emit('error', new Error('terminating connection'))).not.toThrow()
  })
})
