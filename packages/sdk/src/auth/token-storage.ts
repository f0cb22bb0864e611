/**
 * Where a client keeps its session between page loads or starts of an app. `localStorage`, `sessionStorage` and
 * React Native's `AsyncStorage` fit as they are; anything else needs these three functions.
 *
 * @example
 * const store = new Map<string, string>()
 * const client = createClient('https://api.example.com', {
 *   storage: {
 *     getItem: async (key) => store.get(key) ?? null,
 *     setItem: async (key, value) => void store.set(key, value),
 *     removeItem: async (key) => void store.delete(key),
 *   },
 * })
 */
export interface TokenStorage {
  getItem(key: string): string | null | undefined | Promise<string | null | undefined>
  setItem(key: string, value: string): unknown
  removeItem(key: string): unknown
}

/**
 * Keeps the session for as long as the program runs. Everywhere but in browsers this is what a client does by itself.
 *
 * @example
 * const client = createClient('https://api.example.com', { storage: memoryStorage() })
 */
export function memoryStorage(): TokenStorage {
  const items = new Map<string, string>()
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => items.set(key, value),
    removeItem: (key) => items.delete(key),
  }
}

/** `localStorage` in a browser that allows it, else memory. */
export function defaultStorage(): TokenStorage {
  try {
    if (typeof window !== 'undefined' && window.localStorage) return window.localStorage
  } catch {
    // A browser may refuse access to it: private mode, sandboxed frames.
  }
  return memoryStorage()
}
