import { api, data } from '../client'
import { begin } from '../session'
import type { Body } from '../types'

/** Signs up, and in. */
export async function register(body: Body<'register'>) {
  begin(await data(api.POST('/v1/auth/register/', { body })))
}
