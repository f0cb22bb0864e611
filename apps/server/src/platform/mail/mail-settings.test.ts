import { describe, expect, it } from 'vitest'
import { parseSender, parseSmtpUrl } from './mail-settings.js'

describe('parseSmtpUrl', () => {
  it.each([
    ['smtp://mail.example', { host: 'mail.example', port: 587, secure: false }],
    ['smtps://mail.example', { host: 'mail.example', port: 465, secure: true }],
    ['smtp://[::1]:1025/', { host: '::1', port: 1025, secure: false }],
    [
      'smtps://me%40shop:p%40ss%25@mail.example:2465',
      { host: 'mail.example', port: 2465, secure: true, login: { user: 'me@shop', password: 'p@ss%' } },
    ],
  ])('reads %s', (text, server) => {
    expect(parseSmtpUrl(text)).toEqual(server)
  })

  it.each([
    'mail.example',
    'http://mail.example',
    'smtp://',
    'smtp://host/path',
    'smtp://host?a=b',
    'smtp://u:%zz@host',
  ])('refuses %s, and does not repeat it', (text) => {
    expect(() => parseSmtpUrl(text)).toThrow(/^must (look like|have)/)
  })
})

describe('parseSender', () => {
  it.each([
    ['mail@shop.example', { name: '', address: 'mail@shop.example' }],
    ['<mail@shop.example>', { name: '', address: 'mail@shop.example' }],
    ['Our shop <Mail@Shop.example>', { name: 'Our shop', address: 'mail@shop.example' }],
    ['Müller, Söhne <mail@shop.example>', { name: 'Müller, Söhne', address: 'mail@shop.example' }],
  ])('reads %s', (text, sender) => {
    expect(parseSender(text)).toEqual(sender)
  })

  it.each([
    '',
    'shop',
    'a@b.example, c@d.example',
    'Shop <a@b.example> <c@d.example>',
    '"Shop" <a@b.example>',
    'A\r\nB <a@b.example>',
  ])('refuses %j', (text) => {
    expect(() => parseSender(text)).toThrow(/^must be an address/)
  })
})
