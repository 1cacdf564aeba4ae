/** The terms of a text with commas between. */
export const listOf = (text: string) => text.split(',').map((t) => t.trim()).filter(Boolean)
