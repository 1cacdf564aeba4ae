import { api, data } from '../client'
import { here } from '@/lib/origin'
import { Problem, unreachable } from '../problem'

/** Sends a file to the address that the API gives for it, and gives the upload's id. */
export async function upload(file: File, onProgress: (sent: number) => void, signal: AbortSignal): Promise<string> {
  const ticket = await data(api.POST('/v1/system/uploads/', { body: { filename: file.name, content_type: file.type || 'text/csv', size: file.size }, signal }))
  await put(ticket.method, here(ticket.upload_url), ticket.headers, file, onProgress, signal)
  return ticket.id
}

/** A request that tells how far it is, which fetch can't. */
function put(method: string, url: string, headers: Record<string, string>, file: File, onProgress: (sent: number) => void, signal: AbortSignal): Promise<void> {
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest()
    request.open(method, url)
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
    request.upload.onprogress = (e) => onProgress(e.loaded)
    request.onload = () => {
      if (request.status < 300) done()
      else fail(new Problem({ status: request.status, code: 'upload_refused', message: `${file.name} was not taken (status ${request.status}).`, fields: {}, requestId: '', nextStep: 'Choose the file again; the address for it is good for a short time only.' }))
    }
    request.onerror = () => fail(unreachable())
    request.onabort = () => fail(new DOMException('stopped', 'AbortError'))
    signal.addEventListener('abort', () => request.abort(), { once: true })
    request.send(file)
  })
}
