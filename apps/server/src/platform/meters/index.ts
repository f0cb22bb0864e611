/** Counters and gauges of every domain. */
export { type Counted, type Gauged, Meters, writeLabels } from './meters.js'
