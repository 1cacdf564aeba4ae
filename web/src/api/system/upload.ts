import { api, data } from '../client'

/** Uploads a file and gives its id, to be named by what works on it. */
export async function upload(file: File): Promise<string> {
  const ticket = await data(api.POST('/v1/system/uploads/', { body: { filename: file.name, size: file.size, content_type: file.type || undefined } }))
  const response = await globalThis.fetch(ticket.upload_url, { method: ticket.method, headers: ticket.headers as Record<string, string>, body: file })
  if (!response.ok) throw new Error(`the file was not taken (${response.status})`)
  return ticket.id
}
