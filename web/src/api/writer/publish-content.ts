import { api, data } from '../client'

/** Publishes a content: a job. It is published once, however often this is sent. */
export const publishContent = (site: string, id: string, key: string) =>
  data(api.POST('/v1/writer/content/{id}/publish/', { params: { path: { id }, query: { site_id: site }, header: { 'Idempotency-Key': key } } }))
