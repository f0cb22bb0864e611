import { describe, expect, it } from 'vitest'
import { parseExpand } from './parse-expand.js'

describe('expand', () => {
  it('reads names, options and nesting', () => {
    expect(parseExpand('author,comments(sort:-createdAt,limit:3,fields:text,expand(author))')).toEqual([
      { name: 'author', expand: [] },
      {
        name: 'comments',
        sort: ['-createdAt'],
        limit: 3,
        fields: ['text'],
        expand: [{ name: 'author', expand: [] }],
      },
    ])
  })

  it('lets lists go on up to the next option', () => {
    expect(parseExpand('comments(fields:id,text,sort:-createdAt,text,limit:2)')).toEqual([
      { name: 'comments', fields: ['id', 'text'], sort: ['-createdAt', 'text'], limit: 2, expand: [] },
    ])
  })

  it('reads a filter with brackets, commas and quotes in it', () => {
    expect(parseExpand('comments(filter:{"text":{"$in":["a)}","b\\"{,"]}},limit:1),author')).toEqual([
      { name: 'comments', filter: { text: { $in: ['a)}', 'b"{,'] } }, limit: 1, expand: [] },
      { name: 'author', expand: [] },
    ])
  })

  it('reads dots as nesting', () => {
    expect(parseExpand('author.team')).toEqual([{ name: 'author', expand: [{ name: 'team', expand: [] }] }])
  })

  it.each(['', ',', 'a,', 'a(', 'a()', 'a(limit)', 'a(limit:x)', 'a)', 'a(x:1)', 'a b', 'a(filter:{)', 'a(filter:x)'])(
    'refuses %j',
    (text) => expect(() => parseExpand(text)).toThrow(expect.objectContaining({ code: 'invalid_query' }) as Error),
  )

  it.each(['author,author', 'author.team,author.org', 'a(expand(b,c,b))'])(
    'refuses a relation named twice: %s',
    (text) => expect(() => parseExpand(text)).toThrow(expect.objectContaining({ code: 'invalid_query' }) as Error),
  )

  it('refuses more relations than a statement should join', () => {
    const wide = Array.from({ length: 51 }, (_, index) => `r${index}`)
    expect(parseExpand(wide.slice(1).join(','))).toHaveLength(50)
    expect(() => parseExpand(wide.join(','))).toThrow(expect.objectContaining({ code: 'query_too_complex' }) as Error)
  })

  it.each(['a.b.c.d.e.f.g', 'a(expand(b(expand(c(expand(d(expand(e(expand(f(expand(g))))))))))))'])(
    'refuses more than six levels: %s',
    (text) => expect(() => parseExpand(text)).toThrow(expect.objectContaining({ code: 'query_too_complex' }) as Error),
  )
})
