/** The part of the written types that is about one collection: the line of `Schema` names its interfaces. */
export function typesOf(all: string, collection: string): string {
  const line = all.split('\n').find((text) => text.startsWith(`  ${collection}: {`)) ?? ''
  const names = [...line.matchAll(/: (\w+)/g)].map(([, name]) => name)
  const blocks = all.split(/\n\n(?=\/\*\*|export )/)
  const wanted = blocks.filter((block) => names.some((name) => new RegExp(`export interface ${name} \\{`).test(block)))
  return wanted.map((block) => block.trim()).join('\n\n')
}
