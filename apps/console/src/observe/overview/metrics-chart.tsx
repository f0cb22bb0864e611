import '@mantine/charts/styles.layer.css'
import { AreaChart } from '@mantine/charts'

export interface ChartProps {
  readonly label: string
  /** `time` is what stands below a point. */
  readonly data: readonly ({ readonly time: string } & Readonly<Record<string, number | null | string>>)[]
  readonly series: readonly { readonly name: string; readonly color: string }[]
  format(value: number): string
  readonly stacked?: boolean
}

/** A line needs two points; what is fewer shows as dots. */
const isSparse = (data: ChartProps['data']): boolean =>
  data.filter((point) => Object.values(point).some((value) => typeof value === 'number')).length < 3

/** Lines over time. The library is large and comes only with the first chart. */
export default function MetricsChart({ label, data, series, format, stacked = false }: ChartProps) {
  return (
    <AreaChart
      h={180}
      role="img"
      aria-label={label}
      data={[...data]}
      dataKey="time"
      type={stacked ? 'stacked' : 'default'}
      series={series.map(({ name, color }) => ({ name, color }))}
      valueFormatter={format}
      withDots={isSparse(data)}
      withLegend={series.length > 1}
      legendProps={{ verticalAlign: 'bottom', height: 28 }}
      fillOpacity={0.12}
      strokeWidth={1.5}
      curveType="linear"
      connectNulls={false}
      gridAxis="x"
      tickLine="none"
      xAxisProps={{ minTickGap: 48, tickMargin: 6 }}
      yAxisProps={{ width: 64, tickCount: 4, domain: [0, 'auto'] }}
      areaProps={{ isAnimationActive: false }}
      areaChartProps={{ accessibilityLayer: false }}
    />
  )
}
