/** What is counted since the process began, by name and what it says of itself. */
export interface Counted {
  readonly name: string
  readonly help: string
  /** `{name="webhook.deliver",result="done"}`, or nothing. */
  readonly labels: string
  value: number
}

/** Something that is more or less at a time. */
export interface Gauged {
  readonly name: string
  readonly help: string
  read(): number
}

/**
 * What domains count and measure beside requests. Whoever does something that operators want to see counts it here, whoever
 * shows it reads it here: see `observability/`.
 */
export class Meters {
  readonly counters = new Map<string, Counted>()
  readonly gauges: Gauged[] = []

  /** Adds one. `name` after the conventions of Prometheus, without `holdfast_`: `jobs_total`. Values of labels are words of ours. */
  count(name: string, help: string, labels: Readonly<Record<string, string>> = {}): void {
    this.counter(name, help, labels).value += 1
  }

  /** For whoever counts so often that looking it up would be felt. */
  counter(name: string, help: string, labels: Readonly<Record<string, string>> = {}): Counted {
    const text = writeLabels(labels)
    const key = name + text
    let counted = this.counters.get(key)
    if (!counted) {
      counted = { name, help, labels: text, value: 0 }
      this.counters.set(key, counted)
    }
    return counted
  }

  /** Read whenever somebody wants to know. */
  gauge(name: string, help: string, read: () => number): void {
    this.gauges.push({ name, help, read })
  }
}

/** `{a="1",b="2"}`; empty without labels. */
export function writeLabels(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

const escaped = (value: string): string => value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
