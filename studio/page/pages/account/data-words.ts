import { inLanguage } from '../../words.ts'

export const words = inLanguage({
  en: {
    ...{
      take: 'Take your data along',
      takeHint: 'An archive of everything stored on you, as JSON.',
      make: 'Make the archive',
    },
    ...{ making: 'It is being made', download: 'Download the archive', until: 'good until' },
    ...{
      erase: 'Erase the account',
      eraseHint: 'Everything of yours goes: scripts, comments, files. Shared scripts go for the others too.',
    },
    ...{
      erasing: 'Your account will be erased. Until then you can take it back.',
      keep: 'Keep the account',
      kept: 'The account stays.',
    },
    ...{ failed: 'It did not work; try again.', asked: 'Asked for' },
  },
  ru: {
    ...{ take: 'Забрать свои данные', takeHint: 'Архив всего, что о вас хранится, в JSON.', make: 'Собрать архив' },
    ...{ making: 'Архив собирается', download: 'Скачать архив', until: 'доступен до', erase: 'Удалить аккаунт' },
    eraseHint: 'Исчезнет всё ваше: сценарии, комментарии, файлы. Общие сценарии исчезнут и у других.',
    ...{ erasing: 'Ваш аккаунт будет удалён. До этого решение можно отменить.', keep: 'Оставить аккаунт' },
    ...{ kept: 'Аккаунт остаётся.', failed: 'Не получилось, попробуйте ещё раз.', asked: 'Запрошено' },
  },
})
