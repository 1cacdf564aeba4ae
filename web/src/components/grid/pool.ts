/**
 * The rows of a grid as elements: a fixed number is made once and rewritten in place while one
 * scrolls. An element is written again only when its row, its look or the columns changed.
 */
import type { GridColumn } from './columns'
import type { Rows } from './rows'

export const ROW = 36

export interface PoolView<T> {
  columns: readonly GridColumn<T>[]
  selected: (row: T) => boolean
  href?: ((row: T) => string) | undefined
  /** Index of the row that the keys act on; -1 for none. */
  active: number
}

interface Cell {
  /** Wraps the words: a link in the first column of records that have a page. */
  text: HTMLElement
  words: Text
}

interface Line<T> {
  root: HTMLElement
  cells: Cell[]
  index: number
  row: T | undefined
  /** Of the view that its texts were written for. */
  version: number
  mark: string
}

const base = 'flex h-9 min-w-0 items-center border-b border-line px-2.5'
// Without motion: a screen full of moving cells costs more than the rows themselves.
const skeleton = 'block h-3 w-3/5 rounded-sm bg-hover'

export class Pool<T> {
  private lines: Line<T>[] = []
  private version = 0
  private current: PoolView<T>
  private first = 0
  private readonly body: HTMLElement
  private readonly rows: Rows<T>
  private readonly idBase: string

  constructor(body: HTMLElement, rows: Rows<T>, idBase: string, view: PoolView<T>) {
    this.body = body
    this.rows = rows
    this.idBase = idBase
    this.current = view
  }

  /** Takes other columns, or another look of the rows. */
  set(view: PoolView<T>) {
    if (view.columns !== this.current.columns) {
      for (const line of this.lines) line.root.remove()
      this.lines = []
    }
    this.current = view
    this.version++
  }

  get active() {
    return this.current.active
  }

  set active(index: number) {
    this.current = { ...this.current, active: index }
  }

  rowId(index: number) {
    return `${this.idBase}-r${index}`
  }

  /** Shows what is in view of a box that is `height` high and scrolled by `top`; gives the rows in view. */
  paint(top: number, height: number): { from: number; to: number } {
    const count = this.rows.count ?? Math.ceil(height / ROW)
    const need = Math.min(count, Math.ceil(height / ROW) + 7)
    this.resize(need)
    const from = Math.max(0, Math.min(Math.floor(top / ROW), count - 1))
    this.first = Math.max(0, Math.min(from - 3, count - need))
    for (let i = this.first; i < this.first + need; i++) {
      const line = this.lines[i % need]
      if (line) this.write(line, i)
    }
    return { from, to: Math.min(count - 1, from + Math.ceil(height / ROW)) }
  }

  clear() {
    for (const line of this.lines) line.root.remove()
    this.lines = []
  }

  /** What is told of a cell that the pointer rests on; `at` counts the columns from 0. */
  hint(index: number, at: number): string {
    const row = this.rows.at(index)
    const column = this.current.columns[at]
    if (row === undefined || !column) return ''
    const value = column.text(row)
    return column.hint?.(row) ?? (value.length > 16 ? value : '')
  }

  private resize(need: number) {
    if (this.lines.length === need) return
    while (this.lines.length > need) this.lines.pop()?.root.remove()
    while (this.lines.length < need) this.lines.push(this.make())
    for (const line of this.lines) line.index = -1
  }

  private make(): Line<T> {
    const root = document.createElement('div')
    root.setAttribute('role', 'row')
    root.className = 'grid-row'
    const cells: Cell[] = []
    const check = element('div', `${base} grid-check justify-center`)
    check.setAttribute('role', 'gridcell')
    check.setAttribute('aria-colindex', '1')
    check.append(element('span', 'grid-box'))
    root.append(check)
    this.current.columns.forEach((column, i) => {
      const cell = element('div', `${base}${column.right ? ' figures justify-end text-right' : ''}${i === 0 ? ' grid-main' : ''}`)
      cell.setAttribute('role', i === 0 ? 'rowheader' : 'gridcell')
      cell.setAttribute('aria-colindex', String(i + 2))
      const text = document.createElement(i === 0 && this.current.href ? 'a' : 'span')
      if (text instanceof HTMLAnchorElement) text.tabIndex = -1
      const words = document.createTextNode('')
      text.append(words)
      cell.append(text)
      root.append(cell)
      cells.push({ text, words })
    })
    this.body.append(root)
    return { root, cells, index: -1, row: undefined, version: 0, mark: '' }
  }

  private write(line: Line<T>, index: number) {
    const row = this.rows.at(index)
    const on = row !== undefined && this.current.selected(row)
    const active = index === this.current.active
    const mark = `${this.version}${on ? 's' : ''}${active ? 'a' : ''}`
    if (line.index === index && line.row === row && line.mark === mark) return
    if (line.index !== index) {
      line.root.style.transform = `translateY(${index * ROW}px)`
      line.root.setAttribute('aria-rowindex', String(index + 2))
      line.root.id = this.rowId(index)
      line.root.dataset.index = String(index)
    }
    if (line.index !== index || line.row !== row || line.version !== this.version) this.fill(line, row)
    line.root.setAttribute('aria-selected', String(on))
    line.root.toggleAttribute('data-active', active)
    line.index = index
    line.row = row
    line.version = this.version
    line.mark = mark
  }

  private fill(line: Line<T>, row: T | undefined) {
    line.root.toggleAttribute('aria-busy', row === undefined)
    this.current.columns.forEach((column, i) => {
      const cell = line.cells[i]
      if (!cell) return
      const { text, words } = cell
      const value = row === undefined ? '' : column.text(row)
      if (words.data !== value) words.data = value
      const look = row === undefined ? skeleton : `truncate ${i === 0 ? 'font-medium' : ''} ${column.look?.(row) ?? ''}`
      if (text.className !== look) text.className = look
      if (text instanceof HTMLAnchorElement) {
        if (row === undefined) text.removeAttribute('href')
        else text.href = this.current.href?.(row) ?? ''
      }
    })
  }
}

function element(tag: string, className: string): HTMLElement {
  const made = document.createElement(tag)
  made.className = className
  return made
}
