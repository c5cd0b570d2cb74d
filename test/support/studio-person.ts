import type { Page } from 'playwright-core'
import type { Person } from './http.ts'
import { lookedAt } from './studio-page.ts'

/** Signs in as somebody would, and stands at the list of scripts. */
export async function signIn(page: Page, origin: string, { email, password }: Pick<Person, 'email' | 'password'>) {
  await page.goto(`${origin}/studio`)
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('search').waitFor()
  return page
}

/** Goes to a place of the studio, and waits for what stands there. */
export async function visit(page: Page, origin: string, place: string, ready: string): Promise<void> {
  await page.goto(`${origin}/studio#${place}`)
  await page.locator(ready).first().waitFor()
}

/** What is wrong with each of these pages. */
export async function looksOf(page: Page, origin: string, places: Readonly<Record<string, string>>) {
  const seen: Record<string, Awaited<ReturnType<typeof lookedAt>>> = {}
  for (const [place, ready] of Object.entries(places)) {
    await visit(page, origin, place, ready)
    seen[place] = await lookedAt(page)
  }
  return seen
}
