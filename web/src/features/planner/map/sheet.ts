/**
 * Sheets: drawn parts of the map, larger than the window. While the view moves the browser moves and scales the
 * sheet that is there, which costs a frame nothing, until the next one is drawn.
 */
import type { View } from './paint'

/** What a sheet has: the view in its middle, and its size in pixels of the page. */
export interface Extent {
  view: View
  width: number
  height: number
}

export interface Size {
  width: number
  height: number
}

/** Until so much smaller or larger than it was drawn a sheet is shown without another being drawn. */
const SMALLER = 0.8
const LARGER = 1.4

/** Whether a sheet has all of the map, a circle about 0, 0, that a window shows; `more` times as much when it is over 1. */
export function covers(sheet: Extent, view: View, window: Size, radius: number, more = 1): boolean {
  const along = (at: number, room: number, own: number, side: number) => {
    const from = Math.max(-radius, at - (room * more) / 2 / view.k)
    const to = Math.min(radius, at + (room * more) / 2 / view.k)
    const half = side / 2 / sheet.view.k
    // A thousandth of a pixel is no gap.
    const slack = 1e-3 / view.k
    return to <= from || (from >= own - half - slack && to <= own + half + slack)
  }
  return along(view.x, window.width, sheet.view.x, sheet.width) && along(view.y, window.height, sheet.view.y, sheet.height)
}

/** Whether a sheet will do for a view that moves: as sharp as can be told in motion, and with something left at its edges. */
export function serves(sheet: Extent, view: View, window: Size, radius: number): boolean {
  const scale = view.k / sheet.view.k
  return scale >= SMALLER && scale <= LARGER && covers(sheet, view, window, radius, 1.15)
}

/** Where a sheet lies in the window: its corner, and how much larger than drawn it is. */
export function placed(sheet: Extent, view: View, window: Size): { x: number; y: number; scale: number } {
  const scale = view.k / sheet.view.k
  return {
    x: (sheet.view.x - view.x) * view.k + window.width / 2 - (scale * sheet.width) / 2,
    y: (sheet.view.y - view.y) * view.k + window.height / 2 - (scale * sheet.height) / 2,
    scale,
  }
}

export const same = (a: View, b: View) => a.x === b.x && a.y === b.y && a.k === b.k
