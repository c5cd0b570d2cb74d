import { inLanguage } from '../../words.ts'

export const words = inLanguage({
  en: {
    ...{
      mine: 'Mine',
      shared: 'Shared with me',
      whose: 'Whose scripts',
      tags: 'Tags',
      all: 'All',
      nothing: 'Nothing fits.',
    },
    ...{
      noneShared: 'Nobody has shared a script with you yet.',
      found: 'found',
      more: 'Show more',
      first: 'Write the first one',
    },
    ...{ toTrash: 'To the trash', trashed: 'In the trash:', undo: 'Undo', trash: 'Trash', clear: 'Clear the search' },
    ...{ addTag: 'Another tag', add: 'Add', removeTag: 'Remove the tag', tagsChanged: 'Tags changed' },
    ...{ deleted: 'deleted', until: 'kept until', restore: 'Restore', emptyTrash: 'The trash is empty.' },
    emptying: 'Empty the trash',
    emptyingHint: 'Everything here goes for good, with its versions and comments. Nobody can bring it back.',
    ...{ restored: 'Restored:', trashHint: 'What you delete can be brought back for 30 days.' },
  },
  ru: {
    ...{ mine: 'Мои', shared: 'Доступные мне', whose: 'Чьи сценарии', tags: 'Метки', all: 'Все' },
    ...{ nothing: 'Ничего не подходит.', noneShared: 'С вами ещё никто не делился сценариями.', found: 'найдено' },
    ...{ more: 'Показать ещё', first: 'Написать первый', toTrash: 'В корзину', trashed: 'В корзине:' },
    ...{ undo: 'Вернуть', trash: 'Корзина', clear: 'Сбросить поиск', addTag: 'Ещё одна метка', add: 'Добавить' },
    ...{ removeTag: 'Убрать метку', tagsChanged: 'Метки изменены', deleted: 'удалён', until: 'хранится до' },
    ...{ restore: 'Восстановить', emptyTrash: 'Корзина пуста.', restored: 'Восстановлен:' },
    emptying: 'Очистить корзину',
    emptyingHint: 'Всё, что здесь лежит, исчезнет навсегда, с версиями и комментариями. Вернуть не сможет никто.',
    ...{ trashHint: 'Удалённое можно вернуть в течение 30 дней.' },
  },
})
