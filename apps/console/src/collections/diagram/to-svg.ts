import { type Diagram, type DiagramBox, heightOf, type Point, pathOf, sizes } from './geometry'

const margin = 24

/** The diagram as a file of its own: text that can be selected and found, light or dark as whoever opens it likes it. */
export function toSvg({ boxes, lines }: Diagram): string {
  const left = Math.min(0, ...boxes.map(({ x }) => x)) - margin
  const top = Math.min(0, ...boxes.map(({ y }) => y)) - margin
  const right = Math.max(sizes.width, ...boxes.map(({ x }) => x + sizes.width + 60)) + margin
  const bottom = Math.max(0, ...boxes.map(({ y, fields }) => y + heightOf(fields.length))) + margin
  const [width, height] = [right - left, bottom - top]
  const place = new Map<string, Point>(boxes.map((box) => [box.id, box]))
  const paths = lines.flatMap((line) => {
    const [source, target] = [place.get(line.source), place.get(line.target)]
    return source && target
      ? [`<path class="line" d="${pathOf(line, source, target)}"><title>${toText(line.label)}</title></path>`]
      : []
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${left} ${top} ${width} ${height}" width="${width}" height="${height}">`,
    `<title>Collections and their relations</title>`,
    `<style>${style}</style>`,
    `<rect class="page" x="${left}" y="${top}" width="${width}" height="${height}"/>`,
    ...paths,
    ...boxes.map(boxSvg),
    '</svg>',
  ].join('\n')
}

function boxSvg({ x, y, name, fields }: DiagramBox): string {
  const rows = fields.map((field, index) => {
    const line = y + sizes.head + (index + 0.5) * sizes.row + 4
    return `<text class="field" x="${x + 12}" y="${line}">${toText(cut(field.name, 20))}</text><text class="type" x="${x + sizes.width - 12}" y="${line}">${toText(field.type)}</text>`
  })
  return [
    '<g>',
    `<title>${toText(name)}</title>`,
    `<rect class="box" x="${x}" y="${y}" width="${sizes.width}" height="${heightOf(fields.length)}" rx="8"/>`,
    `<path class="rule" d="M${x} ${y + sizes.head}h${sizes.width}"/>`,
    `<text class="name" x="${x + 12}" y="${y + sizes.head / 2 + 5}">${toText(cut(name, 28))}</text>`,
    ...rows,
    '</g>',
  ].join('')
}

const cut = (text: string, length: number): string => (text.length > length ? `${text.slice(0, length - 1)}…` : text)

/** Names come from whoever defined them; in a file that a browser opens they must stay text. */
const toText = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: XML has none of them
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')

const style = `
text { font: 12px ui-sans-serif, system-ui, sans-serif; fill: #1f242c }
.name { font-weight: 600; font-size: 13px }
.field { font-family: ui-monospace, Menlo, Consolas, monospace }
.type { text-anchor: end; fill: #5b6472 }
.page { fill: #fff } .box { fill: #fff; stroke: #c9ced6 } .rule { stroke: #c9ced6 }
.line { fill: none; stroke: #0f766e; stroke-width: 1.4 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6e8ec } .type { fill: #a4acb9 } .page { fill: #101318 }
  .box { fill: #16191f; stroke: #3a404b } .rule { stroke: #3a404b } .line { stroke: #43c4af }
}
`
