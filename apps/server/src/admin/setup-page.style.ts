/** How the set-up page looks, by day and by night. */
export const setupStyle = `
:root { color-scheme: light dark; --page: #f3f5f8; --card: #fff; --text: #17202c; --soft: #5a6676; --line: #cfd6df; --accent: #1f5fd0; --on: #fff; --error: #b3261e; --code: #f1f4f8 }
@media (prefers-color-scheme: dark) { :root { --page: #10151c; --card: #19212b; --text: #e8edf3; --soft: #9fabba; --line: #364150; --accent: #7db0ff; --on: #0d1a2e; --error: #ffb4ab; --code: #111820 } }
* { box-sizing: border-box }
[hidden] { display: none !important }
html { background: var(--page) }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 24px; color: var(--text); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif }
main { width: 100%; max-width: 470px; padding: 36px; background: var(--card); border: 1px solid var(--line); border-radius: 16px; box-shadow: 0 12px 40px rgb(15 30 60 / 8%) }
header { display: flex; align-items: center; gap: 10px; margin-bottom: 26px; color: var(--accent); font-weight: 650; font-size: 18px }
header span { color: var(--text) }
h1 { margin: 0 0 6px; font-size: 25px; line-height: 1.25; letter-spacing: -.01em; outline: none }
p { margin: 0 0 20px; color: var(--soft) }
p strong { color: var(--text); overflow-wrap: anywhere }
label { display: block; margin: 16px 0 6px; font-weight: 600; font-size: 15px }
input { width: 100%; height: 46px; padding: 0 13px; border: 1px solid var(--line); border-radius: 9px; background: transparent; color: inherit; font: inherit }
input[aria-invalid=true] { border-color: var(--error) }
input:focus-visible, button:focus-visible, a:focus-visible { outline: 3px solid var(--accent); outline-offset: 1px }
.field { position: relative }
.field input { padding-right: 76px }
#reveal { position: absolute; right: 6px; top: 6px; height: 34px; padding: 0 12px; border: 0; border-radius: 7px; background: transparent; color: var(--accent); font: inherit; font-size: 14px; cursor: pointer }
small { display: block; margin-top: 7px; color: var(--soft); font-size: 14px }
.error { margin: 16px 0 0; color: var(--error); font-size: 15px }
.button { display: inline-flex; align-items: center; justify-content: center; min-height: 46px; padding: 0 20px; border: 1px solid var(--accent); border-radius: 9px; background: var(--accent); color: var(--on); font: inherit; font-weight: 600; text-decoration: none; cursor: pointer }
.button:disabled { opacity: .55; cursor: progress }
.plain { background: transparent; color: var(--accent) }
form .button { width: 100%; margin-top: 24px }
.row { display: flex; flex-wrap: wrap; gap: 10px; margin-bottom: 12px }
pre { margin: 0 0 20px; padding: 14px; border-radius: 9px; background: var(--code); font: 13px/1.55 ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-x: auto }
@media (max-width: 480px) { html { background: var(--card) } body { padding: 0; place-items: start stretch } main { padding: 28px 20px; border: 0; box-shadow: none } }
`
