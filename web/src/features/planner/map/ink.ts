/** The map's colours, of the theme that is on. */
import { rgb, type Look } from './paint'

/** Colours of what is written, as CSS has them. */
export interface Ink {
  name: string
  halo: string
  soft: string
  ring: string
}

/** How many shades of clusters there are: by searches, then those left alone, then those that are not looked for. */
export const SHADES = 5
export const ALONE = SHADES
export const FADED = SHADES + 1

/** The colours of the theme that is on, as the canvas needs them. */
export function read(near: HTMLElement): [Look, Ink] {
  const probe = document.createElement('i')
  near.append(probe)
  const css = (name: string) => {
    probe.style.color = `var(--color-${name})`
    return getComputedStyle(probe).color
  }
  const parts = (name: string) => (css(name).match(/[\d.]+/g) ?? []).slice(0, 3).map(Number)
  const flat = (name: string): number => {
    const [r = 0, g = 0, b = 0] = parts(name)
    return rgb(r, g, b)
  }
  const part = (a: string, b: string, share: number): number => {
    const [from, to] = [parts(a), parts(b)]
    const at = (i: number) => Math.round((from[i] ?? 0) + ((to[i] ?? 0) - (from[i] ?? 0)) * share)
    return rgb(at(0), at(1), at(2))
  }
  const shades = Array.from({ length: SHADES }, (_, i) => 0.14 + (0.62 * i) / (SHADES - 1))
  const look: Look = {
    page: flat('page'),
    topic: part('page', 'edge', 0.16),
    cluster: [...shades.map((s) => part('panel', 'ember', s)), part('panel', 'edge', 0.3), part('page', 'edge', 0.26)],
    keyword: [...shades.map((s) => part('panel', 'ember', Math.min(1, s + 0.3))), part('panel', 'edge', 0.6), part('page', 'edge', 0.4)],
  }
  const ink: Ink = { name: css('ink'), halo: css('panel'), soft: css('ink'), ring: css('ink') }
  probe.remove()
  return [look, ink]
}
