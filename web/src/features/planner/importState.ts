/** Where an import stands, in the address. */
export interface ImportState {
  uploads: string[]
  tags: string[]
  anyOrder: boolean
  /** Our field: the file's header. */
  mapping: Record<string, string>
  /** The job of the dry run. */
  dry: string
  /** The job of the import. */
  job: string
}

const list = (text: string | null) => (text ? text.split(',').filter(Boolean) : [])

function mappingOf(text: string | null): Record<string, string> {
  const out: Record<string, string> = {}
  for (const [field, header] of new URLSearchParams(text ?? '')) out[field] = header
  return out
}

export const parseImport = (params: URLSearchParams): ImportState => ({
  uploads: list(params.get('uploads')),
  tags: list(params.get('tags')),
  anyOrder: params.get('any') === '1',
  mapping: mappingOf(params.get('map')),
  dry: params.get('dry') ?? '',
  job: params.get('job') ?? '',
})

export function writeImport(params: URLSearchParams, state: ImportState): URLSearchParams {
  const out = new URLSearchParams()
  const site = params.get('site')
  if (site) out.set('site', site)
  const put = (name: string, value: string) => value && out.set(name, value)
  put('uploads', state.uploads.join())
  put('tags', state.tags.join())
  put('any', state.anyOrder ? '1' : '')
  put('map', new URLSearchParams(state.mapping).toString())
  put('dry', state.dry)
  put('job', state.job)
  return out
}
