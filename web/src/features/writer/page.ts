/** An article as the page of a site: the pictures where publishing puts them. */

export interface ArticlePicture {
  image_type: string
  position: number
  status: string
  alt_text: string
  caption: string
  image_url?: string
}

const escape = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

function figure(p: ArticlePicture): string {
  return `<figure><img src="${escape(p.image_url ?? '')}" alt="${escape(p.alt_text)}">${p.caption ? `<figcaption>${escape(p.caption)}</figcaption>` : ''}</figure>`
}

/**
 * The document of an article for a frame in which nothing runs. The text was cleaned by the
 * program; the frame's sandbox and the page's content policy forbid scripts besides.
 */
export function articlePage(content: { title: string; content_html: string; images: ArticlePicture[] }, styles: string, theme: 'light' | 'dark' | ''): string {
  const shown = content.images.filter((i) => i.status === 'generated' && i.image_url)
  const featured = shown.find((i) => i.image_type === 'featured')
  const inside = shown.filter((i) => i.image_type !== 'featured').sort((a, b) => a.position - b.position)
  let next = 0
  // After each heading of the second level one picture, those left over at the end: as publishing does.
  const body = content.content_html.replace(/<\/h2>/gi, (end) => {
    const p = inside[next++]
    return p ? end + figure(p) : end
  })
  const rest = inside.slice(next).map(figure).join('')
  return `<!doctype html><html lang="en"${theme && ` data-theme="${theme}"`}><head><meta charset="utf-8"><base target="_blank"><link rel="stylesheet" href="${escape(styles)}"><title>${escape(content.title)}</title></head><body><main><h1>${escape(content.title)}</h1>${featured ? figure(featured) : ''}${body}${rest}</main></body></html>`
}
