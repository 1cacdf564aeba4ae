/** What a list may be filtered by, as its panel shows it. */
export interface Choice {
  value: string
  label: string
}

export type FilterField<F extends string> =
  | { kind: 'choice'; name: F; label: string; choices: readonly Choice[] }
  | { kind: 'text'; name: F; label: string; placeholder?: string; suggest?: readonly string[] }
  | { kind: 'range'; min: F; max: F; label: string; most?: number }
  | { kind: 'dates'; min: F; max: F; label: string }
  | { kind: 'cluster'; name: F; label: string }

export interface Chip<F extends string> {
  label: string
  drop: Partial<Record<F, string>>
}

/** The filters that are on, each as words and as the change that takes it away. */
export function chipsOf<F extends string>(fields: readonly FilterField<F>[], values: Record<F, string>, named: (value: string) => string | undefined): Chip<F>[] {
  const chips: Chip<F>[] = []
  const none = (...names: F[]) => Object.fromEntries(names.map((n) => [n, ''])) as Partial<Record<F, string>>
  for (const f of fields) {
    if (f.kind === 'range' || f.kind === 'dates') {
      const [low, high] = [values[f.min], values[f.max]]
      if (!low && !high) continue
      chips.push({ label: `${f.label}: ${low && high ? `${low} to ${high}` : low ? `from ${low}` : `up to ${high}`}`, drop: none(f.min, f.max) })
      continue
    }
    const value = values[f.name]
    if (!value) continue
    const shown = f.kind === 'choice' ? (f.choices.find((c) => c.value === value)?.label ?? value) : f.kind === 'cluster' ? (named(value) ?? 'one') : value
    chips.push({ label: `${f.label}: ${shown}`, drop: none(f.name) })
  }
  return chips
}
