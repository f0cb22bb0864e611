import { describe, expect, it } from 'vitest'
import { html } from './html.js'

describe('html', () => {
  it('escapes what is put in', () => {
    const bad = `<script>"&'</script>`
    expect(html`<p title="${bad}">${bad}</p>`.text).toBe(
      '<p title="&lt;script&gt;&quot;&amp;&#39;&lt;/script&gt;">&lt;script&gt;&quot;&amp;&#39;&lt;/script&gt;</p>',
    )
  })

  it('takes HTML as it is, in lists too, and leaves out what is not there', () => {
    expect(html`${[html`<i>${'<'}</i>`, '>']}${undefined}${false}${0}`.text).toBe('<i>&lt;</i>&gt;0')
  })
})
