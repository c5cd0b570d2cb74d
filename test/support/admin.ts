import type { Person } from './http.ts'
import type { System } from './system.ts'

/** Makes somebody run the installation, who has asked nothing yet: what a process remembers of a session lives for two seconds. */
export const makeAdmin = (system: System, { id }: Pick<Person, 'id'>): Promise<unknown> =>
  system.databases.auth
    .updateTable('accounts')
    .set({ roles: ['user', 'admin'] })
    .where('id', '=', id)
    .execute()

export async function registerAdmin(system: System): Promise<Person> {
  const admin = await system.api.register()
  await makeAdmin(system, admin)
  return admin
}
