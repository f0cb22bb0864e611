export type Scheme = 'auto' | 'light' | 'dark'

const day =
  '--page: #f3f5f8; --card: #ffffff; --text: #17202c; --soft: #586474; --line: #c9d1db; --accent: #1f5fd0; --on-accent: #ffffff; --error: #b3261e; --code: #eef2f7'
const night =
  '--page: #10151c; --card: #19212b; --text: #e8edf3; --soft: #a3afbf; --line: #3b4756; --accent: #7db0ff; --on-accent: #0d1a2e; --error: #ffb4ab; --code: #111820'

const colours: Readonly<Record<Scheme, string>> = {
  auto: `:root { color-scheme: light dark; ${day} }\n@media (prefers-color-scheme: dark) { :root { ${night} } }`,
  light: `:root { ${day} }`,
  dark: `:root { ${night} }`,
}

/** How the pages look, by day and by night, wide and narrow. */
export const pageStyle = (scheme: Scheme): string => `${colours[scheme]}
:root { --edge: color-mix(in srgb, var(--soft) 75%, var(--card)); --radius: 12px; --font: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif }
* { box-sizing: border-box }
[hidden] { display: none !important }
html { background: var(--page) }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 24px; color: var(--text); font: 16px/1.5 var(--font) }
main { width: 100%; max-width: 440px; padding: 36px; background: var(--card); border: 1px solid var(--line); border-radius: calc(var(--radius) + 4px); box-shadow: 0 12px 40px rgb(15 30 60 / 8%) }
main.wide { max-width: 720px }
header { display: flex; align-items: center; gap: 10px; margin-bottom: 26px; color: var(--accent); font-weight: 650; font-size: 18px }
header span { color: var(--text) }
header img { width: 32px; height: 32px; object-fit: contain; border-radius: 6px }
h1 { margin: 0 0 6px; font-size: 25px; line-height: 1.25; letter-spacing: -.01em }
h2 { margin: 32px 0 10px; font-size: 18px }
p { margin: 0 0 18px; color: var(--soft) }
p strong { color: var(--text); overflow-wrap: anywhere }
a { color: var(--accent) }
label { display: block; margin: 16px 0 6px; font-weight: 600; font-size: 15px }
input { width: 100%; min-height: 46px; padding: 0 13px; border: 1px solid var(--edge); border-radius: var(--radius); background: transparent; color: inherit; font: inherit }
input[aria-invalid=true] { border-color: var(--error); border-width: 2px }
input.code { font-size: 24px; letter-spacing: .3em; text-align: center }
:is(input, button, a, summary):focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
small { display: block; margin-top: 7px; color: var(--soft); font-size: 14px }
.error { margin: 16px 0 0; padding: 12px 14px; border: 1px solid var(--error); border-radius: var(--radius); color: var(--error); font-size: 15px }
.done { margin: 16px 0; padding: 12px 14px; border: 1px solid var(--line); border-radius: var(--radius); background: var(--code); color: var(--text) }
small.problem { color: var(--error) }
button, .button { display: flex; align-items: center; justify-content: center; gap: 8px; width: 100%; min-height: 46px; margin-top: 22px; padding: 8px 20px; border: 1px solid var(--accent); border-radius: var(--radius); background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 600; text-align: center; text-decoration: none; cursor: pointer }
.plain { border-color: var(--edge); background: transparent; color: var(--text) }
.danger { border-color: var(--error); background: transparent; color: var(--error) }
.wide button:not(.small), .wide .button { display: inline-flex; width: auto; min-width: 220px }
.wide :is(h2, p, noscript) + :is(form, div) button, .wide p > .button { margin-top: 0 }
.small { width: auto; min-height: 38px; margin: 0; padding: 4px 14px; font-size: 15px }
.ways { display: grid; gap: 10px; margin-top: 10px }
.ways .button, .ways button { margin: 0 }
.or { display: flex; align-items: center; gap: 12px; margin: 22px 0 0; color: var(--soft); font-size: 14px }
.or::before, .or::after { content: ""; flex: 1; border-top: 1px solid var(--line) }
.links { display: flex; flex-wrap: wrap; gap: 8px 20px; justify-content: space-between; margin: 22px 0 0; font-size: 15px }
ul.rows { list-style: none; margin: 0; padding: 0; border: 1px solid var(--line); border-radius: var(--radius) }
ul.rows li { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 10px; padding: 12px 14px }
ul.rows li + li { border-top: 1px solid var(--line) }
ul.rows small { margin: 2px 0 0; overflow-wrap: anywhere }
ul.list { margin: -8px 0 18px; padding-left: 22px }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 10px; margin-top: 24px }
.pair button { margin: 0 }
.grow { flex: 1; min-width: 180px; overflow-wrap: anywhere }
pre { margin: 0 0 16px; padding: 14px; border-radius: var(--radius); background: var(--code); font: 15px/1.6 ui-monospace, "SF Mono", Menlo, Consolas, monospace; white-space: pre-wrap; overflow-wrap: anywhere }
.qr { display: block; width: 200px; height: 200px; margin: 0 auto 16px; padding: 10px; border-radius: var(--radius); background: #fff }
summary { cursor: pointer; color: var(--accent); font-weight: 600 }
.challenge { margin-top: 18px; min-height: 65px }
@media (max-width: 480px) { .wide button:not(.small), .wide .button { width: 100% } html { background: var(--card) } body { padding: 0; place-items: start stretch } main { max-width: none; padding: 28px 20px; border: 0; box-shadow: none } }
`
