import { useLocalStorage } from '@mantine/hooks'
import type { GridColumn } from './grid-columns'

/** How wide columns are and whether the first stays in sight: kept by this browser, and in saved views. */
export interface GridLayout {
  readonly widths: { readonly [field: string]: number }
  readonly pinned: boolean
}

export function useGridLayout(collection: string) {
  const [layout, setLayout] = useLocalStorage<GridLayout>({
    key: `hf-grid:${collection}`,
    defaultValue: { widths: {}, pinned: true },
    getInitialValueInEffect: false,
  })
  return {
    layout,
    setLayout,
    resize: (name: string, width: number) => setLayout((old) => ({ ...old, widths: { ...old.widths, [name]: width } })),
  }
}

/** Puts one name before or after another. */
export function moveName(
  columns: readonly GridColumn[],
  name: string,
  target: string,
  side: 'before' | 'after',
): string[] {
  const names = columns.map(({ field }) => field.name).filter((other) => other !== name)
  const place = names.indexOf(target) + (side === 'after' ? 1 : 0)
  return names.toSpliced(place, 0, name)
}
