/** Made at build from the npm package `vega-datasets`: see `build/demo-data.ts`. */
declare module 'virtual:demo-data' {
  export const airports: readonly (readonly [
    iata: string,
    name: string,
    city: string | null,
    state: string | null,
    country: string,
    lat: number,
    lon: number,
  ])[]
  /** By the codes of two airports. */
  export const routes: readonly (readonly [origin: string, destination: string, flights: number])[]
}
