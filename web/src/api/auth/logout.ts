import { api } from '../client'
import { forget } from '../session'

/** Ends the session here and at the program; without an answer it still ends here. */
export async function logout() {
  try {
    await api.POST('/v1/auth/logout/', { body: {} })
  } finally {
    forget()
  }
}
