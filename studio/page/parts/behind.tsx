import type { ComponentChildren } from 'preact'
import { inLanguage } from '../words.ts'

const words = inLanguage({
  en: { behind: 'The brief has changed since this scene was written.' },
  ru: { behind: 'С тех пор как написана эта сцена, бриф изменился.' },
})

/** The mark of a scene that was written from another brief than there is now, with what can be done about it. */
export const Behind = ({ children }: { children?: ComponentChildren }) => (
  <div class="note row behind" lang={document.documentElement.lang}>
    <span class="grow">{words.behind}</span>
    {children}
  </div>
)
