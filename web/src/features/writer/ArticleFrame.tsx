import { useMemo } from 'react'
import { here } from '@/lib/origin'
import { useTheme } from '@/stores/theme'
import type { ContentFull } from '@/api/writer/get-content'
import styles from './article.css?url'
import { articlePage } from './page'

/** The article as on the site, in a frame in which no script runs. */
export function ArticleFrame({ content, className }: { content: ContentFull; className?: string }) {
  const theme = useTheme((s) => s.theme)
  const page = useMemo(() => articlePage({ ...content, images: content.images.map((i) => ({ ...i, image_url: i.image_url && here(i.image_url) })) }, new URL(styles, location.origin).href, theme === 'system' ? '' : theme), [content, theme])
  return <iframe title={`Article: ${content.title}`} sandbox="" srcDoc={page} className={className} />
}
