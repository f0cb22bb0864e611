/** What the page adds to the style of Swagger UI, by day and by night. */
export const docsStyle = `
:root { --card: #fff; --text: #17202c; --soft: #5a6676; --line: #cfd6df; --accent: #1f5fd0; --on: #fff; --error: #b3261e }
html.dark-mode { --card: #14181a; --text: #e4e6e6; --soft: #9fabba; --line: #3b4448; --accent: #7db0ff; --on: #0d1a2e; --error: #ffb4ab }
[hidden] { display: none !important }
body { margin: 0; color: var(--text); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif }
body > header { position: sticky; top: 0; z-index: 5; display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 10px 24px; padding: 10px max(20px, calc(50vw - 710px)); background: var(--card); border-bottom: 1px solid var(--line) }
h1 { display: flex; align-items: center; gap: 10px; margin: 0; font-size: 18px }
body > header form, #signedIn { display: flex; flex-wrap: wrap; align-items: center; gap: 8px }
body > header input { height: 36px; width: 190px; padding: 0 11px; box-sizing: border-box; border: 1px solid var(--line); border-radius: 8px; background: transparent; color: inherit; font: inherit }
body > header button { height: 36px; padding: 0 16px; border: 1px solid var(--accent); border-radius: 8px; background: var(--accent); color: var(--on); font: inherit; font-weight: 600; cursor: pointer }
body > header button:disabled { opacity: .55; cursor: progress }
#signOut { background: transparent; color: var(--accent) }
body > header :focus-visible { outline: 3px solid var(--accent); outline-offset: 1px }
#who { overflow-wrap: anywhere }
body > p, noscript p { margin: 14px max(20px, calc(50vw - 710px)) 0; color: var(--soft) }
#problem { color: var(--error) }
.swagger-ui .info { margin: 22px 0 0 }
.swagger-ui .info hgroup.main, .swagger-ui .servers-title, .swagger-ui .servers { display: none }
.swagger-ui .scheme-container { margin: 0; padding: 0; box-shadow: none !important; background: transparent }
@media (max-width: 640px) { body > header input { width: 100% } body > header form { width: 100% } }
`
