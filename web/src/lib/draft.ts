import { useState } from 'react'

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

/** What was typed that differs from what was read. */
export const changesOf = <V extends object>(before: V, typed: Partial<V>) => Object.fromEntries(Object.entries(typed).filter(([name, value]) => !same(value, before[name as keyof V]))) as Partial<V>

/** A value that others changed while one typed. */
export interface Meanwhile {
  name: string
  was: unknown
  is: unknown
}

/** What others changed between two readings. */
export const meanwhileOf = <V extends object>(before: V, after: V): Meanwhile[] =>
  Object.entries(after).filter(([name, is]) => !same(is, before[name as keyof V])).map(([name, is]) => ({ name, was: before[name as keyof V], is: is as unknown }))

/**
 * What is typed over a record as it was read. While nothing is typed, or others changed nothing
 * of what is shown, a newer reading is gone on from at once; else the record stays the one that
 * the typing began from, so that its version goes along with the change, and `overtaken` tells
 * what others changed since.
 */
export function useDraft<T extends { version: number }, V extends object>(read: T, valuesOf: (record: T) => V) {
  const [begun, setBegun] = useState(read)
  const [typed, setTyped] = useState<Partial<V>>({})
  const dirty = Object.keys(changesOf(valuesOf(begun), typed)).length > 0
  const lines = dirty && read.version !== begun.version ? meanwhileOf(valuesOf(begun), valuesOf(read)) : []
  const base = lines.length > 0 ? begun : read
  const before = valuesOf(base)
  return {
    base,
    now: { ...before, ...(dirty ? typed : {}) },
    change: (dirty ? changesOf(before, typed) : {}) as Partial<V>,
    dirty,
    overtaken: lines.length > 0 ? lines : null,
    set: (part: Partial<V>) => {
      setBegun(base)
      setTyped(dirty ? { ...typed, ...part } : part)
    },
    /** Goes on from the newest reading; what was typed lies over it. */
    rebase: () => {
      setTyped(changesOf(before, typed))
      setBegun(read)
    },
    clear: () => setTyped({}),
  }
}
