// Longer than 400 lines because it is a bank of texts: data, one Russian and one English file line by line alike.
import type { Phrases } from './phrases.ts'

export const ENGLISH: Phrases = {
  narrator: 'Narrator',
  presenter: 'Host',
  music: 'Light rhythmic bed, ducked under the voice',
  headings: {
    hook: 'Hook',
    problem: 'A familiar scene',
    solution: 'The way out',
    proof: 'Why it works',
    demo: 'See it at work',
    offer: 'The offer',
    cta: 'Call to action',
    outro: 'Closing',
    free: 'More on this',
  },
  titles: {
    ad: 'When it should simply work',
    integration: 'What I use myself',
    tutorial: 'Step by step: from start to result',
    short: 'One idea in a minute',
    review: 'An honest review: pros, cons, verdict',
    explainer: 'In plain words',
    other: 'What matters most',
  },
  description: 'A demo script: put together from ready phrases after your brief, without a language model.',
  audience: 'people who care about this topic and value their time',
  tone: ['friendly', 'clear'],
  hooks: {
    ad: [
      ['What if it were easier?', 'Close-up: the hero stops mid-step and looks up', 'What if?'],
      ['Sound familiar? Let us fix it.', 'The hero checks a watch, a grey morning in the window', 'Sound familiar?'],
      ['Stop for ten seconds.', 'A crowd walks by, one person stands still in the middle'],
      ['Here is what changes an ordinary day.', 'Morning light falls on a table, a hand picks up the first thing'],
      ['Good things start small.', 'Macro: a drop, a spark or a thread, then a fast push in'],
    ],
    integration: [
      ['Let me tell you what saved my week.', 'The host leans closer to the camera, a lived-in desk behind'],
      ['A short pause, and a useful one.', 'The host puts the topic of the video aside and smiles', 'Useful'],
      ['You keep asking me about this.', 'Viewer questions scroll on a phone screen'],
      ['I will admit it: I put this off for months.', 'The host scratches his head in front of a board of notes'],
    ],
    tutorial: [
      ['First, the result.', 'The finished result in close-up, turning slowly', 'The result'],
      ['You will get it on the first try.', 'Hands lay everything out on a clean table, top view'],
      ['Three steps, no magic.', 'Cards 1, 2 and 3 appear on the table', '1 · 2 · 3'],
      ['Follow along with me.', 'The host turns the camera to the work table'],
    ],
    short: [
      ['Stop. Look here.', 'A palm covers the lens and snaps the shot open', 'Stop'],
      ['Nobody says this out loud.', 'Close-up: a finger on lips, then a fast pull out'],
      ['Test yourself right now.', 'The screen splits in two, an arrow darts between the halves', 'A or B?'],
      ['Do you do this too?', 'The hero repeats the same move, sped up'],
    ],
    review: [
      ['Is it worth it?', 'The item in the middle of the frame, a side light comes on', 'Worth it?'],
      ['I will say it as it is.', 'The host puts the item down and rolls up his sleeves'],
      ['One thing surprised me.', 'Macro of the surface, focus moves slowly to the host'],
      ['Let us try it in real life.', 'Fast cuts: home, street, desk'],
    ],
    explainer: [
      ['Let us sort this out in plain words.', 'A tangle of lines straightens into one', 'Plain words'],
      ['Why does it work this way at all?', 'The camera flies into a diagram, parts move aside'],
      ['Picture an ordinary kitchen.', 'A drawn kitchen builds itself from simple shapes'],
      ['It looks hard. It is not.', 'A big question mark folds into a tick'],
    ],
    other: [
      ['Here is a thought worth sharing.', 'The host turns to the camera, soft background'],
      ['Let us start with what matters.', 'A blank sheet, one word appears on it', 'What matters'],
      ['Give it a minute, and it gets clearer.', 'An hourglass turns over in close-up'],
    ],
  },
  beats: {
    problem: [
      [
        'It always starts the same way: little time, too many options.',
        'The hero scrolls an endless list, screen light on the face',
        'Little time',
      ],
      ['We put it off until tomorrow, and then one more day.', 'Calendar sheets fly off one by one'],
      ['And then we take what is near, not what is right.', 'A hand reaches for one thing, the eyes stay on another'],
      ['Every time we spend our energy on the same thing.', 'The same action again, from three angles'],
      ['It feels as if there were no other way.', 'The hero shrugs, medium shot', 'No other way?'],
      ['There is plenty of advice around, and no clear answer.', 'Bubbles of advice flash up and fade around the hero'],
      ['It was meant to be quick. It never is.', 'Time-lapse: bustle around a table, then silence'],
      [
        'And it is not laziness: nobody showed us the short way.',
        'Top view: a long loop of road beside a straight path',
      ],
    ],
    solution: [
      [
        'There is a shorter way, and it is open to everyone.',
        'The hero turns off a noisy street, the picture brightens',
        'A shorter way',
      ],
      ['{thing}. Remember the name.', 'The name in large type, letter by letter', '{thing}'],
      ['Let us talk {about}, calmly and in order.', 'The host lays cards on the table one after another'],
      ['First we take away the clutter and keep what you really need.', 'Things vanish from a table until one is left'],
      ['Then it falls into place: you see what to do, and why.', 'Puzzle pieces meet in the middle of the frame'],
      ['Less fuss, more sense.', 'Slow motion: calm hands, steady breath', 'Less fuss'],
      ['{thing} takes care of the hard part and leaves you the good one.', 'Split screen: before and after'],
      [
        'The answer fits into one sentence, and that is its strength.',
        'A long phrase is wiped off a board, one line stays',
      ],
      ['Try it once, and you will stop asking why.', 'The hero takes a first step, the camera follows'],
    ],
    proof: [
      ['Do not take our word for it. Look.', 'The camera circles the item, details in focus', 'Look'],
      ['Everything is in plain sight: what it is made of and how it works.', 'Macro: texture, seam, lettering'],
      ['The difference shows in the small things.', 'Split screen: one detail, before and after', 'Before and after'],
      ['Ask anything, and there is an answer.', 'Questions pop up on the screen, answers right after'],
      ['This is what work looks like when people do it for themselves.', 'Portrait of a maker at work, side light'],
      ['It is easy to check: one ordinary day is enough.', 'Morning, noon and evening in three short shots'],
    ],
    demo: [
      ['Watch how it works.', 'Hands in close-up, one take, top view', 'At work'],
      ['We open it, and there is the first impression.', 'Close-up of the opening move, a soft sound'],
      [
        'Now the interesting part: an ordinary task, an ordinary person.',
        'The hero gets to work, handheld medium shot',
      ],
      ['One step, another, done.', 'Three short shots cut to the beat', 'Done'],
      ['Mind this detail, it is easy to miss.', 'A pointer circles the detail'],
      ['This is how I use it: without hurry, every day.', 'At home, the host shows it on himself'],
    ],
    offer: [
      ['Now is a good moment to begin.', 'A bright frame, the hero at an open door', 'A good moment'],
      ['The terms are simple, there is no small print to read.', 'A sheet with one large line instead of a contract'],
      ['You choose yours, we do the rest.', 'A hand ticks a box, the camera pulls back'],
      ['{thing} is waiting for you today.', 'A sign or a package in warm light', '{thing}'],
    ],
    outro: [
      ['That is all you needed to know.', 'The host gathers the cards into a stack'],
      ['If this helped, pass it on to someone who needs it.', 'A phone goes from hand to hand', 'Pass it on'],
      ['Try it, and tell us how it went.', 'The hero smiles and closes the laptop'],
      ['See you in the next one.', 'Wide shot, the light fades, the logo stays'],
    ],
  },
  steps: [
    [
      'Step one. Clear a place and get everything you need within reach.',
      'Top view: an empty table fills with what is needed',
      'Step 1',
    ],
    [
      'Step two. Begin with the easiest part and take your time.',
      'Close-up: hands make the first move, slow motion',
      'Step 2',
    ],
    [
      'Step three. Compare with the example before you go on.',
      'Split screen: the example and the work so far',
      'Step 3',
    ],
    ['Step four. Do the same again, with more confidence.', 'The same shot, quicker and more precise', 'Step 4'],
    [
      'Step five. Fix the small things: it takes a minute, and everybody sees it.',
      'Macro: one correction, another, a clean edge',
      'Step 5',
    ],
    ['The usual mistake here is to skip the check.', 'A hand wants to turn the page, a finger stops it', 'Do not skip'],
    ['If it did not work, go back one step. That is fine.', 'Rewind: the action runs back and starts again'],
  ],
  verdicts: [
    [
      'Let us begin with what you see first: how it looks and how it feels.',
      'The item in the hands of the host, turning',
      'Looks',
    ],
    ['First plus: you do not need the manual.', 'The manual stays closed at the edge of the table', 'Plus'],
    ['Second plus: it does exactly what it says.', 'One action in one take, no cuts', 'Plus'],
    ['There is a minus too: it takes getting used to.', 'The host frowns, then laughs', 'Minus'],
    ['Who is it for? For people who like things simple.', 'Portraits of three different people in a row'],
    ['Who is it not for? For those who love to tune everything.', 'A table covered with cables and screwdrivers'],
    [
      'My verdict: take it if you saw yourself in this.',
      'The host puts the item on a shelf with favourite things',
      'Verdict',
    ],
  ],
  points: [
    ['{point}.', 'The detail in question, close-up', '{point}'],
    ['Here is the main thing. {point}.', 'The camera pushes in on the main object', '{point}'],
    ['Remember this. {point}.', 'The line types itself on the screen as it is spoken', '{point}'],
    ['And one more thing. {point}.', 'A sharp change of angle, the hero points', '{point}'],
    ['Now a detail. {point}.', 'Macro with a slow rack focus', '{point}'],
  ],
  includes: [
    ['Please note: {point}.', 'A title on a calm background, fully readable', '{point}'],
    ['Worth saying: {point}.', 'The host points at the title that appears', '{point}'],
    ['{point}.', 'Large lettering over a shot of the item', '{point}'],
  ],
  chapter: [
    [
      'On to the question: {aspect}. It sounds simple, and everybody answers it differently.',
      'A chapter card, the camera glides past',
      '{aspect}',
    ],
    ['Write this down: {aspect}. You will come back to this line.', 'A hand writes the heading into a notebook'],
    [
      'If you are listening on the go, keep one thing from this part: {aspect}, no more.',
      'A passer-by in headphones, moving shot',
    ],
    [
      'Imagine a friend asks you about this: {aspect}. What would you say in one minute?',
      'Two people at a small table, in profile',
    ],
    [
      'This is a good place to stop and try it on for size: {aspect}.',
      'The hero looks out of the window, a quiet moment',
      'Pause',
    ],
    ['Many skip the chapter "{aspect}", and come back to exactly this one.', 'The pages of a book turn backwards'],
    [
      'Take "{aspect}" and lay it out in parts: what you know, what is missing, who could help.',
      'A sheet splits into three fields, a word in each',
      'Three parts',
    ],
    [
      'It is easy to drown in a topic such as "{aspect}". Hold on to one example, your own.',
      'Waves of arrows, the hero holds on to one of them',
    ],
    [
      'A short exercise. Say it aloud: {aspect}. And now the first thought that came.',
      'The host is silent and listens, a hand at the ear',
      'Say it aloud',
    ],
    [
      'Some answer "{aspect}" in one word, some talk for an hour. Both are right if they got to work.',
      'Two shadows on a wall, a short one and a long one',
    ],
    [
      'A useful habit: once a week ask yourself again, {aspect}. The answer changes along with you.',
      'The same chair at a window in different weather',
    ],
    [
      'If you had to throw out all of "{aspect}" but one sentence, which one would you keep?',
      'Lines on a screen go dark, one keeps glowing',
    ],
    [
      'Make "{aspect}" the heading of a note and add three lines below it. No more is needed.',
      'A note on a phone, three short lines',
      'Three lines',
    ],
    ['Let us close the chapter "{aspect}" and move on.', 'A line underscores the heading on the board'],
    [
      'A question for you: {aspect}? Leave your version in the comments, and we will compare.',
      'A comment field with a blinking cursor',
      'Your version?',
    ],
  ],
  aspects: [
    {
      title: 'where to begin',
      lines: [
        [
          'Begin with a question that you can settle today. Big plans can wait, the first small step should not.',
          'An empty notebook, the first line appears',
        ],
        [
          'Give it fifteen minutes and put the phone away. That is the easiest way to learn how long it really takes.',
          'A timer on the table, the phone leaves the frame',
          '15 minutes',
        ],
        [
          'If you do not know where to start, take the side you understand best. The rest becomes visible on the way.',
          'A fork of paths in a park, the hero takes the near one',
        ],
      ],
    },
    {
      title: 'what to prepare',
      lines: [
        [
          'Half of it is preparation: what you need within reach, the rest out of sight, the goal in one sentence.',
          'Top view: things line up on the table in neat rows',
        ],
        [
          'Go through a list and see what is missing. Running for it in the middle hurts most.',
          'A list with ticks, one box empty',
          'The list',
        ],
        [
          'And tell the people around you that you are busy. Silence is part of the preparation.',
          'A door closes, a sign on the handle',
        ],
      ],
    },
    {
      title: 'which mistakes are common',
      lines: [
        [
          'The first mistake is to want it all at once. The second is to quit after one failure. Patience cures both.',
          'A tower of blocks falls and is built again',
        ],
        [
          'Another trap: to compare your beginning with the middle of someone else. Compare with yesterday instead.',
          'Two charts side by side, one fades',
        ],
        [
          'Mistakes are harmless when you see them early. So check often, a little at a time.',
          'A magnifying glass moves along the lines',
        ],
      ],
    },
    {
      title: 'how much time it takes',
      lines: [
        [
          'The honest answer: less than you fear, more than you would like. Leave some room and stay calm.',
          'A clock, the hand moves a quarter of the circle',
        ],
        [
          'Cut the work into parts of twenty minutes. After each, stand up and look at what is done.',
          'A pie chart splits into equal parts',
          '20 minutes',
        ],
        ['It gets faster the second time: the hands remember and the head is free.', 'The same move at double speed'],
      ],
    },
    {
      title: 'how to tell it is going well',
      lines: [
        ['Choose one simple sign that shows you are moving. One, not ten.', 'A single lamp on a panel turns green'],
        [
          'If the sign has not changed for three days, change the approach, not the goal.',
          'Three equal calendar sheets, the fourth differs',
        ],
        [
          'It is a good sign when you want to show it to someone. It means that you trust it.',
          'The hero turns the screen to a friend',
        ],
      ],
    },
    {
      title: 'what to do when it fails',
      lines: [
        [
          'Stop and say aloud what exactly went wrong. A failure with a name is half the size.',
          'The hero talks to himself at a window',
        ],
        [
          'Go back to the last place where everything was fine. It is often just one step behind.',
          'Footprints in the sand lead back and turn',
        ],
        [
          'And ask somebody to take a look. Fresh eyes see what we walk past.',
          'A second pair of hands points at a drawing',
        ],
      ],
    },
    {
      title: 'how to choose',
      lines: [
        [
          'Decide first what you cannot do without. There are usually three such things, the rest is pleasant extras.',
          'Three cards stay on the table, the others leave',
          'Three things',
        ],
        [
          'Then picture an ordinary Tuesday, not a holiday. Choose for the Tuesday.',
          'A weekday morning, a kettle, a window',
        ],
        [
          'Look at the wrapping last. It pleases for a day, the content pleases for long.',
          'The wrapping comes off, the thing itself appears',
        ],
      ],
    },
    {
      title: 'how to compare options',
      lines: [
        [
          'Put them side by side and compare one property at a time. That way the head does not argue with itself.',
          'Two things on a scale, the needle swings',
        ],
        [
          'Write down what annoys you in each. Flaws choose for us more often than virtues do.',
          'A sheet divided into two columns',
        ],
        [
          'If you see no difference, take the one that is easier to explain.',
          'A coin lands on its edge, the hero laughs',
        ],
      ],
    },
    {
      title: 'how to fit it into a day',
      lines: [
        [
          'Tie the new to the old: after the morning tea, before a walk, on the way. Then there is nothing to remember.',
          'A cup, and a new thing appears beside it',
        ],
        [
          'Start with twice a week. Rarely and surely beats often and briefly.',
          'A week in the calendar, two days marked',
          'Twice a week',
        ],
        [
          'And do not scold yourself for a day missed. The road counts, not the counter.',
          'A cyclist adjusts a backpack and rides on',
        ],
      ],
    },
    {
      title: 'which questions to ask',
      lines: [
        [
          'Ask what happens if nothing changes. The answer soon shows whether you need this at all.',
          'A scale with one empty pan',
        ],
        [
          'Ask who has been this way before, and what they would do differently. That answer is worth a coffee.',
          'Two cups, a talk in a kitchen',
        ],
        [
          'And ask yourself what it was all for. The short answer is the right one.',
          'Close-up: the eyes of the hero, then a smile',
        ],
      ],
    },
    {
      title: 'what not to do',
      lines: [
        [
          'Do not rush to the end. It is nice there, but the way is the whole work.',
          'A runner slows down to a walk and looks around',
        ],
        [
          'Do not skip the check, even when you are sure. Above all when you are sure.',
          'A finger hovers over the button that says Done',
          'Check',
        ],
        [
          'And do not keep it all in your head. Paper is more patient than memory.',
          'Thought bubbles settle as lines in a notebook',
        ],
      ],
    },
    {
      title: 'which small things decide',
      lines: [
        [
          'Light, silence, a good chair. It sounds funny, and half of the mood rests on it.',
          'A lamp comes on, the desk turns cosy',
        ],
        [
          'The order of steps. The same actions in another order give another result.',
          'Cards change places and the picture fits',
        ],
        [
          'And a good ending: stop before you are tired, so that you want to come back tomorrow.',
          'A bookmark slips between pages',
        ],
      ],
    },
    {
      title: 'how to check the result',
      lines: [
        [
          'Leave it for an hour and look again. Whatever is too much will show by itself.',
          'A clock, then the same desk in another light',
        ],
        [
          'Show it to someone who knows nothing about you. If they get it at once, the work is done.',
          'A passer-by looks at the screen and nods',
        ],
        [
          'And compare it with the sentence you wrote at the beginning. Does it match? Then it is ready.',
          'The first line of the notebook gets a circle',
          'Ready',
        ],
      ],
    },
    {
      title: 'how to keep going',
      lines: [
        [
          'Find somebody to go with. It is harder to give up in front of another person than in front of yourself.',
          'Two people climb the stairs side by side',
        ],
        [
          'Count what is done, not what is left. A tick on a list is fuel as good as coffee.',
          'A wall of days that are marked',
        ],
        [
          'And allow yourself bad days. A bad day is better than a week missed.',
          'Rain in the window, the hero starts anyway',
        ],
      ],
    },
    {
      title: 'what can be simpler',
      lines: [
        [
          'Go through the steps and ask each one: what if you were gone? Not all of them will answer.',
          'Links of a chain, one too many disappears',
        ],
        ['Make one thing of two that are alike. Less to choose, less to keep.', 'Two shelves turn into one'],
        [
          'Leave the rest to those who do it every day. There is no weakness in that.',
          'A handshake, the tool goes into other hands',
        ],
      ],
    },
    {
      title: 'what comes next',
      lines: [
        [
          'In a week it will feel familiar, in a month you will forget that it was ever different.',
          'Seasons change fast in one window',
        ],
        [
          'New questions will come, and that is a good sign: the old ones are settled.',
          'A board is wiped, a new question mark on it',
        ],
        ['Until then, take one step from today. Any step, the nearest one.', 'A boot on the first stair', 'One step'],
      ],
    },
  ],
  ctas: {
    ad: 'Find out more and try it.',
    integration: 'The link is below.',
    tutorial: 'Save this and try it today.',
    short: 'Follow for more.',
    review: 'Tell us what you chose.',
    explainer: 'Questions? Ask us.',
    other: 'Take the first step today.',
  },
  ctaVisuals: [
    'A calm background, the call in large type, the logo below',
    'The host points at the title with the call',
    'Final frame: the item, the call and a place for the link',
  ],
  holds: [
    'The final frame holds without words, the music finishes its phrase',
    'Cutaway: details of the place under music',
    'A pan without words, natural sound',
    'The hero at work, wide shot, music only',
  ],
  shortCta: 'Join us.',
}
