import { expect, it } from 'vitest'
import { isListed } from './breached-passwords.js'

it('finds a hash among those of a list, and takes no padding for one', () => {
  const [listed, padding, absent] = [
    '0018A45C4D1DEF81644B54AB7F969B88D65',
    '00D4F6E8FA6EECAD2A3AA415EEC418D38EC',
    'F'.repeat(35),
  ]
  const body = `${listed}:12\r\n${padding}:0\r\n`
  expect([isListed(body, listed!), isListed(body, padding!), isListed(body, absent!)]).toEqual([true, false, false])
  expect(isListed(body.toLowerCase(), listed!)).toBe(true)
})
