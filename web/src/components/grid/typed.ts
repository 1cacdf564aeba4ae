/**
 * Tells the values that a search box has sent from those that come from elsewhere: a view, the
 * history, "take all away". The page may show a value only when the next ones are typed already;
 * such an echo must not be written back into the box.
 */
export class Typed {
  private onTheWay: string[] = []
  private shown: string

  constructor(shown: string) {
    this.shown = shown
  }

  /** Takes note of a value to send; false when it is what the page shows, or will show, anyway. */
  send(value: string): boolean {
    if (value === (this.onTheWay.at(-1) ?? this.shown)) return false
    this.onTheWay.push(value)
    return true
  }

  /** Takes note of what the page shows now; true when it comes from elsewhere. */
  show(value: string): boolean {
    const same = value === this.shown
    this.shown = value
    const at = this.onTheWay.indexOf(value)
    // Of values that came one upon the other only the last may have been shown.
    this.onTheWay = at < 0 ? [] : this.onTheWay.slice(at + 1)
    return at < 0 && !same
  }
}
