import { api, data } from '../client'
import { ifMatch } from '../list'

/** Deletes a picture for good; a post that shows it goes on showing it. */
export const deleteImage = (site: string, id: string, version: number) =>
  data(api.DELETE('/v1/writer/images/{id}/', { params: { path: { id }, query: { site_id: site } }, headers: ifMatch(version) }))
