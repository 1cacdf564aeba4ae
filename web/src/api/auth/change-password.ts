import { api, data } from '../client'
import { begin } from '../session'

/** Changes the password; all other sessions end. */
export async function changePassword(before: string, after: string) {
  begin(await data(api.POST('/v1/auth/change-password/', { body: { old_password: before, new_password: after, new_password_confirm: after } })))
}
