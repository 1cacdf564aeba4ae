import { title } from './format'

/** What a text may be, and how it may be built; the API refuses others and names them. */
const structures: Record<string, readonly string[]> = {
  post: ['article', 'guide', 'comparison', 'review', 'listicle'],
  page: ['landing_page', 'business_page', 'service_page', 'general', 'cluster_hub'],
  product: ['product_page'],
  taxonomy: ['category_archive', 'tag_archive', 'attribute_archive'],
}

export const types = Object.keys(structures).map((value) => ({ value, label: title(value) }))
export const allStructures = Object.values(structures).flat().map((value) => ({ value, label: title(value) }))
