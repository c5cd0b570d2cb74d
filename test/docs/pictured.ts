import type { Exported } from '../../exports/format.ts'
import { UNFILLED } from '../../script/fields.ts'
import type { Beat, Row } from '../../script/script.ts'

let ids = 0
const id = () => `019a3c00-0000-7000-8000-${String(++ids).padStart(12, '0')}`
type Sound = Row['audio'][number]
const says = (text: string, speaker = 'Диктор'): Sound => ({ speaker, type: 'vo', text })
const speaks = (speaker: string, text: string): Sound => ({ speaker, type: 'dialog', text })
const music = (text: string): Sound => ({ speaker: '', type: 'music', text })
const sound = (text: string): Sound => ({ speaker: '', type: 'sfx', text })
const row = (visual: string, audio: readonly Sound[], duration_s: number, shown: string | null = null): Row => ({
  id: id(),
  visual,
  audio: [...audio],
  on_screen_text: shown,
  duration_s,
})
const scene = (heading: string, beat: Beat, rows: readonly Row[]) => ({
  id: id(),
  heading,
  beat,
  locked: false,
  rows: [...rows],
})

/** An advertisement with all that a shooting script has: sounds, several voices, text on the screen, a link, a long scene. */
export const RUSSIAN: Exported = {
  ...UNFILLED,
  title: 'Термос «Ёлка»: чай, который ждёт',
  description: 'Ролик на полторы минуты для группы магазина: утро, дорога, привал.',
  language: 'ru',
  platform: 'vk',
  kind: 'ad',
  tone: ['тёплый', 'спокойный'],
  audience: 'Те, кто выезжает из города затемно',
  target_duration_s: 90,
  hook: 'Сколько раз за утро остывает ваш чай?',
  cta: 'Закажите термос на сайте до воскресенья',
  disclosure: 'Реклама. ООО «Ёлка», ИНН 7700000000, erid: 2VtzqxKmA1b',
  source: 'mixed',
  is_demo: false,
  author: 'Мария Ёлкина',
  version: 4,
  updated_at: '2026-11-23T09:08:07.006Z',
  scenes: [
    scene('ИНТ. КУХНЯ — РАННЕЕ УТРО', 'hook', [
      row(
        'Крупно: кружка на подоконнике, за окном темно. Пар над ней тает. Реквизит: белая кружка, будильник.',
        [says('Сколько раз за утро остывает ваш чай?'), music('тихая гитара, вступает с третьей секунды')],
        4,
        'Реклама. ООО «Ёлка», ИНН 7700000000, erid: 2VtzqxKmA1b',
      ),
      row(
        'Рука берёт кружку, глоток, гримаса. Кружка возвращается на подоконник к трём таким же.',
        [speaks('Аня', 'Опять холодный…'), sound('звон фарфора')],
        3.5,
      ),
    ]),
    scene('НАТ. ТРАССА — РАССВЕТ', 'problem', [
      row(
        'Дрон: пустая дорога, одинокая машина с байдаркой на крыше.',
        [says('До реки 240 километров. Заправки на них четыре, и на каждой кофе из автомата по 190 ₽.')],
        8,
        '240 км · 4 заправки',
      ),
      row(
        'Внутри машины. Борис за рулём, Аня дышит на пальцы, на приборной панели −7 °C.',
        [
          speaks('Борис', 'Потерпишь до Твери?'),
          speaks(
            'Аня',
            '(вздыхает) Потерплю. Только бы там было не закрыто, как в прошлый раз, когда мы уехали ни с чем.',
          ),
        ],
        7,
      ),
      row(
        'Закрытая заправка: цепь на двери, объявление от руки.',
        [sound('ветер'), says('(пауза 2 с) Закрыто.')],
        4,
        'УЧЁТ',
      ),
    ]),
    scene('НАТ. ПРИВАЛ У РЕКИ — УТРО', 'solution', [
      row(
        'Борис достаёт из рюкзака термос «Ёлка», ставит на капот. Крупно: рельеф корпуса, капли росы.',
        [says('Термос «Ёлка» держит тепло двенадцать часов. Налили в шесть утра — пьёте в шесть вечера.')],
        8,
        '12 часов тепла',
      ),
      row(
        'Чай льётся в две крышки-чашки, пар на фоне реки. Титр со ссылкой под кадром: ' +
          'https://elka.example/termos?utm_source=vk&utm_medium=video&utm_campaign=osen_2026&utm_content=prival_90s',
        [speaks('Аня', 'Горячий! Правда горячий.'), speaks('Борис', 'А то. Я его вчера в десять вечера залил.')],
        6,
      ),
    ]),
    scene('СТОЛ ЛАБОРАТОРИИ', 'proof', [
      row(
        'Два термоса на весах, датчики. Ускоренная съёмка: стрелка часов делает полный круг.',
        [
          says(
            'В лаборатории залили воду в 98 градусов. Через двенадцать часов обычный термос показал 41, «Ёлка» — 67.',
          ),
        ],
        10,
        '67 °C против 41 °C',
      ),
      row(
        'График из двух линий рисуется поверх кадра.',
        [
          says(
            'Разница — двойные стенки с медным слоем и пробка, которую не надо вынимать: нажали, налили, отпустили.',
          ),
        ],
        9,
      ),
    ]),
    scene('НАТ. БЕРЕГ — ДЕНЬ', 'offer', [
      row(
        'Термос, байдарка, двое у костра. Цена появляется на борту байдарки, как надпись краской.',
        [says('Стоит 1 990 ₽ вместо 2 490 ₽ — до воскресенья, 29 ноября, или пока на складе есть последние 300 штук.')],
        9,
        '1 990 ₽ до 29 ноября',
      ),
    ]),
    scene('ЗАСТАВКА', 'cta', [
      row(
        'Логотип, адрес сайта, код для камеры.',
        [says('Закажите термос на сайте: elka.example. Чай подождёт.'), music('гитара, последний аккорд')],
        5,
        'elka.example',
      ),
    ]),
  ],
}

/** What the editor changed after it, for a page of changes: words, a price, a row that moved, one that went, one that came. */
export const EDITED: Exported = {
  ...RUSSIAN,
  version: 5,
  scenes: RUSSIAN.scenes.map((one) => {
    const [first, second, third] = one.rows
    if (one.beat === 'hook')
      return {
        ...one,
        rows: [{ ...first!, audio: [says('Сколько раз за одно утро остывает чай?'), first!.audio[1]!] }, second!],
      }
    if (one.beat === 'problem') return { ...one, rows: [second!, first!, third!] }
    if (one.beat === 'proof') return { ...one, rows: [first!] }
    if (one.beat === 'offer')
      return {
        ...one,
        rows: [
          { ...first!, on_screen_text: '1 790 ₽ до 29 ноября', duration_s: 8 },
          row('Аня подмигивает в камеру.', [speaks('Аня', 'Мы свой уже взяли.')], 2),
        ],
      }
    return one
  }),
}

/** A lesson in English, with a demo label and emoji. */
export const ENGLISH: Exported = {
  ...RUSSIAN,
  title: 'Sourdough in one evening',
  description: null,
  language: 'en',
  platform: 'youtube',
  kind: 'tutorial',
  tone: ['friendly'],
  audience: 'People who have never baked',
  target_duration_s: 60,
  hook: 'Your first loaf needs four things, and one of them is patience.',
  cta: 'Save this for Friday',
  disclosure: null,
  is_demo: true,
  author: 'Ann Miller',
  version: 2,
  scenes: [
    scene('INT. KITCHEN - EVENING', 'hook', [
      row(
        'Overhead: flour, water, salt and a jar of starter on a wooden table. Props: scales, jar, banneton.',
        [says('Your first loaf needs four things, and one of them is patience.', 'Ann'), music('soft piano')],
        5,
        'Flour · water · salt · time ⏳',
      ),
    ]),
    scene('The dough', 'demo', [
      row(
        'Hands mix 500 g of flour with 350 g of water; the scales stay in the frame.',
        [
          says(
            'Five hundred grams of flour, three hundred and fifty of water. (pause 2 s) Mix until nothing is dry.',
            'Ann',
          ),
        ],
        9,
        '500 g + 350 g',
      ),
      row(
        'Time lapse: the dough rises under a towel, the light outside goes from gold to blue.',
        [sound('clock ticking'), says('Fold it four times, every half an hour. In between, do anything else.', 'Ann')],
        8,
      ),
      row(
        'A friend looks into the bowl and recoils.',
        [speaks('Max', '(laughing) It moves!'), speaks('Ann', 'That means it is alive. Leave it be.')],
        5,
      ),
    ]),
    scene('The oven', 'cta', [
      row(
        'The crust crackles. Close-up of the crumb, steam. ✅',
        [
          says('Forty minutes at 240 °C, lid on for the first twenty. Save this for Friday.', 'Ann'),
          sound('crackling crust'),
        ],
        9,
        'Save for Friday 🍞',
      ),
    ]),
  ],
}
