import 'leaflet/dist/leaflet.css'
import { type CircleMarker, circleMarker, geoJSON, type Map as LeafletMap, map as makeMap } from 'leaflet'
import { useEffect, useRef } from 'react'
import { feature } from 'topojson-client'
import type { Topology } from 'topojson-specification'
import outlines from 'world-atlas/countries-110m.json'
import classes from './field-input.module.css'

interface GeoMapProps {
  readonly point: { readonly lat: number; readonly lon: number } | undefined
  readonly label: string
  onChange(lat: number, lon: number): void
}

/** Outlines of countries that came with the console: no tile server learns which places are looked at. */
export default function GeoMap({ point, label, onChange }: GeoMapProps) {
  const place = useRef<HTMLDivElement>(null)
  const map = useRef<LeafletMap>(undefined)
  const marker = useRef<CircleMarker>(undefined)
  const latest = useRef(onChange)
  latest.current = onChange
  // biome-ignore lint/correctness/useExhaustiveDependencies: the map is made once, where the point is then
  useEffect(() => {
    const made = makeMap(place.current!, {
      attributionControl: false,
      worldCopyJump: true,
      minZoom: 0,
      maxZoom: 12,
      zoomAnimation: false,
      zoomSnap: 0.25,
      maxBounds: [
        [-90, -360],
        [90, 360],
      ],
    }).setView(point ? [point.lat, point.lon] : [25, 10], point ? 4 : 1.25)
    geoJSON(countries(), { style: { className: classes.country, weight: 0.7 }, interactive: false }).addTo(made)
    made.on('click', ({ latlng }) => {
      const { lat, lng } = latlng.wrap()
      latest.current(roundTo(lat, made.getZoom()), roundTo(lng, made.getZoom()))
    })
    map.current = made
    // A drawer that slides in gives the map its size late.
    const sized = new ResizeObserver(() => made.invalidateSize())
    sized.observe(place.current!)
    return () => {
      sized.disconnect()
      made.remove()
      marker.current = undefined
    }
  }, [])
  useEffect(() => {
    marker.current?.remove()
    marker.current = undefined
    if (!point || !map.current) return
    const position: [number, number] = [point.lat, point.lon]
    marker.current = circleMarker(position, { radius: 7, className: classes.point, interactive: false }).addTo(
      map.current,
    )
    if (!map.current.getBounds().contains(position)) map.current.panTo(position, { animate: false })
  }, [point])
  return <section ref={place} className={classes.map} aria-label={label} />
}

type Position = readonly number[]
type Land =
  | { readonly type: 'Polygon'; readonly coordinates: Position[][] }
  | { readonly type: 'MultiPolygon'; readonly coordinates: Position[][][] }

function countries(): Parameters<typeof geoJSON>[0] {
  const topology = outlines as unknown as Topology
  const all = feature(topology, topology.objects['countries']!) as unknown as {
    features: { geometry: Land }[]
  }
  const rings = all.features.flatMap(({ geometry }) =>
    geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates,
  )
  return { type: 'MultiPolygon', coordinates: rings.map((polygon) => polygon.map(unroll)) } as Parameters<
    typeof geoJSON
  >[0]
}

/**
 * The outlines are made for a globe, on which a country may lie on both sides of 180°. On a flat map it goes on beyond, and
 * the land around the pole is closed below it.
 */
function unroll(ring: Position[]): Position[] {
  let turn = 0
  const points = ring.map(([lon = 0, lat = 0], index) => {
    const step = index === 0 ? 0 : lon - ring[index - 1]![0]!
    if (Math.abs(step) > 180) turn -= Math.sign(step) * 360
    return [lon + turn, lat]
  })
  const [first, last] = [points[0]![0]!, points.at(-1)![0]!]
  return Math.abs(last - first) > 180 ? [...points, [last, -89], [first, -89]] : points
}

/** As exact as the map can be pointed at. */
const roundTo = (degrees: number, zoom: number): number => Number(degrees.toFixed(Math.min(6, Math.ceil(zoom / 2) + 1)))
