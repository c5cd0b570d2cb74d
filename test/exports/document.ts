import type { Exported } from '../../exports/format.ts'

const at = (n: number) => `019a3c00-0000-7000-8000-${String(n).padStart(12, '0')}`

/** A script with all that formats stumble over: Cyrillic, quotes, ₽, pipes, marks of every format, formulas, sounds, silence. */
export const RUSSIAN: Exported = {
  title: 'Чайник «Ёлка» & 100 % <пара>',
  description: 'Тридцать секунд о чае.',
  status: 'draft',
  tags: ['чай', 'кухня'],
  language: 'ru',
  platform: 'vk',
  kind: 'ad',
  tone: ['тёплый'],
  audience: 'Те, кто пьёт чай',
  target_duration_s: 30,
  hook: 'Чай остыл?',
  cta: 'Закажите на сайте',
  disclosure: 'Реклама. ООО «Чай», ИНН 0000000000, erid: abc',
  source: 'mixed',
  is_demo: false,
  author: 'Мария Ёлкина',
  version: 7,
  updated_at: '2026-11-23T09:08:07.006Z',
  scenes: [
    {
      id: at(1),
      heading: 'ИНТ. КУХНЯ — УТРО',
      beat: 'hook',
      locked: false,
      rows: [
        {
          id: at(2),
          visual: 'кружка на столе,\nпар над ней уже не идёт',
          audio: [
            {
              speaker: 'Диктор',
              type: 'vo',
              text: 'Чай остыл? Вода в чайнике «Ёлка» остаётся горячей 12 часов и стоит 1 990 ₽.',
            },
            { speaker: '', type: 'music', text: 'тихая | гитара' },
          ],
          on_screen_text: 'Реклама. ООО «Чай», erid: abc',
          duration_s: 6,
        },
        {
          id: at(3),
          visual: '=СУММ(A1) * [[не формула]] <b> | /* и не примечание */',
          audio: [
            { speaker: 'Аня', type: 'dialog', text: '- Горячий!\n@Боря, попробуй --> сейчас' },
            { speaker: 'Боря', type: 'dialog', text: 'И правда.' },
          ],
          on_screen_text: null,
          duration_s: 4.5,
        },
      ],
    },
    {
      id: at(4),
      heading: '',
      beat: 'cta',
      locked: true,
      rows: [{ id: at(5), visual: 'Логотип', audio: [], on_screen_text: 'Закажите на сайте', duration_s: 3 }],
    },
  ],
}

export const ENGLISH: Exported = {
  ...RUSSIAN,
  title: 'The “Fir” kettle',
  language: 'en',
  is_demo: true,
  disclosure: null,
  description: null,
  scenes: [
    {
      id: at(6),
      heading: 'Kitchen',
      beat: 'hook',
      locked: false,
      rows: [
        {
          id: at(7),
          visual: 'A mug on the table',
          audio: [
            {
              speaker: '',
              type: 'vo',
              text: 'Is your tea cold again? This kettle keeps water hot for twelve hours, costs $19.90, and looks at home in any kitchen.',
            },
          ],
          on_screen_text: null,
          duration_s: 8,
        },
      ],
    },
  ],
}
