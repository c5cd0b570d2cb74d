import { inLanguage } from '../../words.ts'

export const w = inLanguage({
  en: {
    copied: 'Copied: whoever may read the script can open it',
    copy: 'Copy the address',
    from: 'From',
    moved: 'moved',
    none: 'Nothing is different.',
    restoreTo: 'Go back to version',
    to: 'To',
  },
  ru: {
    copied: 'Скопировано: откроет каждый, кто может читать сценарий',
    copy: 'Скопировать адрес',
    from: 'С',
    moved: 'перенесено',
    none: 'Ничего не изменилось.',
    restoreTo: 'Вернуться к версии',
    to: 'По',
  },
})
