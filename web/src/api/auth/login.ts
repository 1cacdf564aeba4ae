import { api, data } from '../client'
import { begin } from '../session'

/** Signs in; the session is this page's from then on. */
export async function login(email: string, password: string) {
  begin(await data(api.POST('/v1/auth/login/', { body: { email, password } })))
}
