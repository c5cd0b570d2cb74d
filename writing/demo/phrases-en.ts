// Longer than 400 lines because it is a bank of texts: data, one Russian and one English file line by line alike.
import { ENGLISH_MATTERS } from './matters-en.ts'
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
      ['Stop for a moment.', 'A crowd walks by, one person stands still in the middle'],
      ['Here is what changes an ordinary day.', 'Morning light falls on a table, a hand picks up the first thing'],
      ['Good things start small.', 'Macro: a drop, a spark or a thread, then a fast push in'],
    ],
    integration: [
      ['Let me tell you what saved my week.', 'The host leans closer to the camera, a lived-in desk behind'],
      ['A short pause, and a useful one.', 'The host puts the topic of the video aside and smiles', 'Useful'],
      ['You keep asking me about this.', 'Viewer questions scroll on a phone screen'],
      ['I will admit it: I put this off for a long time.', 'A hand wipes an old note off a board'],
    ],
    tutorial: [
      ['First, the result.', 'The finished result in close-up, turning slowly', 'The result'],
      ['Your hands can do this.', 'Hands lay everything out on a clean table, top view'],
      ['Three steps, no magic.', 'Cards 1, 2 and 3 appear on the table', '1 · 2 · 3'],
      ['Follow along with me.', 'The host turns the camera to the work table'],
    ],
    short: [
      ['Stop. Look here.', 'A palm covers the lens and snaps the shot open', 'Stop'],
      ['We rarely say this out loud.', 'Close-up: a finger on lips, then a fast pull out'],
      ['Test yourself right now.', 'The screen splits in two, an arrow darts between the halves', 'A or B?'],
      ['Do you do this too?', 'The hero repeats the same move, sped up'],
    ],
    review: [
      ['Is it worth it?', 'The item in the middle of the frame, a side light comes on', 'Worth it?'],
      ['I will say it as it is.', 'The host puts the item down and rolls up both sleeves'],
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
      ['Imagine you are there already.', 'A door opens into a bright room', 'Imagine'],
      ['Remember how it all began?', 'An old photograph, light falls on it'],
    ],
  },
  matters: ENGLISH_MATTERS,
  beats: {
    problem: [
      ['Short day, long list.', 'Alarm, kettle, keys: fast cuts of one morning', 'Short day'],
      ['We put it off until tomorrow, and then one more day.', 'Calendar sheets fly off one by one'],
      ['We take what is near, and then we live with it.', 'A hand reaches for one thing, the eyes stay on another'],
      ['Once more it takes all our energy.', 'The same action again, from three angles'],
      ['It feels as if there were no other way.', 'The hero shrugs, medium shot', 'No other way?'],
      ['It was meant to be calm. It never is.', 'Time-lapse: bustle around a table, then silence'],
      ['A small thing, and the day is spoiled.', 'Close-up: a drop lands on a white shirt'],
      ['You know the feeling. So do we.', 'Two strangers at a lift smile at each other without a word'],
    ],
    solution: [
      ['It can be different.', 'The hero turns off a noisy street, the frame brightens', 'It can be different'],
      ['{thing}. Remember the name.', 'The name in large type, letter by letter', '{thing}'],
      ['Meet {thing}.', 'The name enters the frame, light from the side', '{thing}'],
      ['Less fuss, more sense.', 'Slow motion: calm hands, steady breath', 'Less fuss'],
      ['And the day goes another way.', 'The same morning, the same table, another light', 'Another way'],
      ['What you need is near, the rest can wait.', 'A table empties, one thing stays'],
      ['It can be done this way. It is simpler, too.', 'The hero opens both hands and laughs'],
      ['Nothing extra: only what you came for.', 'A circle of light, one thing in it'],
      ['First imagine it. Now look.', 'Black, and at once a bright frame', 'Now look'],
    ],
    proof: [
      ['Do not take our word for it. Look.', 'The camera comes closer, details in focus', 'Look'],
      ['The difference shows in the small things.', 'Close-up: one detail, the focus moves to it', 'Small things'],
      ['Ask those who have tried it.', 'Short portraits, each looks up'],
      ['It is easy to check: an ordinary day will do.', 'Morning, noon and evening in three short shots'],
    ],
    demo: [
      ['Watch how it works.', 'The action in one take, top view', 'At work'],
      ['Now an ordinary task and an ordinary person.', 'The hero gets to work, handheld shot'],
      ['I show it as it is.', 'At home, the action in close-up'],
      ['From here on it made sense.', 'The presenter stops and points'],
    ],
    offer: [
      ['The decision is yours, we are near.', 'The hero at an open door, even light'],
      ['The rest is a small step.', 'One small step in close-up, an even road behind it'],
      ['Try it, and tell us.', 'The hero turns to the camera and smiles'],
    ],
    outro: [
      ['Judge for yourself.', 'The host opens both hands and smiles'],
      ['That is all you needed to know.', 'The host gathers the cards into a stack'],
      ['If this helped, pass it on to someone who needs it.', 'A phone goes from hand to hand', 'Pass it on'],
      ['Try it, and tell us how it went.', 'The hero smiles and closes the laptop'],
      ['See you in the next one.', 'Wide shot, the light fades, the logo stays'],
    ],
  },
  knowledge: {
    problem: [
      ['A familiar question, and hard to answer on the spot.', 'The hero begins to explain and stops mid-word'],
      ['Plenty of advice around, few clear answers.', 'Bubbles of advice flash up and fade', 'Plenty of advice'],
      ['This is where people wave it away.', 'Somebody closes tab after tab'],
      ['It looks as if it were not for us.', 'The hero pushes a thick book aside'],
      ['Awkward to ask, a pity not to know.', 'A hand goes up and comes down again'],
      ['Let us look at it once more.', 'Glasses, a lamp, a clean sheet of paper', 'Once more'],
      ['No lecture, just plain talk.', 'Two people in a kitchen, talking low'],
      ['We begin with what you know already.', 'Familiar things line up on a table'],
    ],
    solution: [
      ['The main thing first, details later.', 'One line is left on the board', 'First things first'],
      ['{thing}: that is what this is about.', 'The name in large type, letter by letter', '{thing}'],
      ['Let us talk {about}, calmly and in order.', 'Cards land on the table one after another'],
      ['Think of it as a toolbox: everything has its place.', 'A toolbox opens, each thing in its slot'],
      ['From simple to hard, never the other way.', 'A staircase, the camera climbs step by step'],
      ['See? Not so scary.', 'A big shadow on the wall turns out to be a kitten', 'Not so scary'],
      ['Remember the picture, the words will follow.', 'A chalk drawing grows out of a few lines'],
      ['One thing leads to the next, and the whole makes sense.', 'Gears find each other'],
      ['Pause here and say it aloud.', 'The screen freezes, a cursor blinks', 'Say it aloud'],
      ['Now turn the question around and look from behind.', 'A card flips in a hand'],
    ],
    proof: [
      ['Try it on an example from your own life.', 'Yard, kitchen, road: three short shots', 'Try it'],
      ['See how it works for real.', 'An experiment on a table, in one take'],
      ['Tell a friend. If they get it, so do you.', 'Two on a bench, one draws in the sand'],
      ['Here you can see it better than in words.', 'Close-up: the detail that holds it all'],
      ['Compare it with what you thought at first.', 'Split screen: first sketch and finished drawing', 'Compare'],
      ['If a question is left, it is sharper than before.', 'A question mark gets smaller and clearer'],
    ],
  },
  reviewing: {
    problem: [
      ['On the shelf everything looks good.', 'A row of similar boxes, a gaze slides along'],
      ['Many opinions, and whom do you believe?', 'A screen of opinions, a thumb scrolls on and on', 'Believe whom?'],
      ['The box makes a promise. Let us see.', 'Close-up: words on a box, then the look of the host', 'Let us see'],
      ['Anybody can choose by the picture. Then it gets hard.', 'A picture in a catalogue, the item beside it'],
    ],
    solution: [],
    proof: [
      ['This is how it went, uncut.', 'The action in one take'],
      ['I tried again, and it went the same way.', 'The same action, another day outside'],
      ['See for yourself: up close and without music.', 'Macro, only the sound of the item', 'See for yourself'],
      ['If it went otherwise for you, write: we compare.', 'A comment field, a blinking cursor', 'Compare?'],
      ['I will not argue, I just show it.', 'The host turns the item without a word'],
    ],
  },
  neutral: {
    solution: [
      ['One minute, and all is in place.', 'Scattered things line up in a row'],
      ['Listen: there it is.', 'A finger on lips, silence, a distant sound'],
      ['First we look, then we talk.', 'The camera enters the room before the people'],
      ['Some things are better seen together.', 'Two at a window, first snow outside'],
      ['There is time, if you mark the day now.', 'A pencil puts a dot into a calendar'],
      ['And then the word is yours.', 'A microphone goes from hand to hand'],
      ['A moment of quiet. Listen.', 'Closed eyes, a slight smile'],
      ['Now you know as much as we do.', 'An open palm holds out a photograph'],
      ['The rest we will tell you when we meet.', 'Cups on a table, one still empty'],
      ['Here is what it is about.', 'A blank sheet, a drawing shows through', 'What it is about'],
      ['{thing}: that is for today.', 'The name in large type, letter by letter', '{thing}'],
      ['Let us talk {about}, calmly and in order.', 'Cards land on the table one after another'],
      ['Look closely, and you will see something familiar.', 'The camera moves slowly along a wall of photographs'],
      ['Short, and to the point.', 'A clock hand, a click, a new shot', 'Short'],
      ['It is simple here, as it is at home.', 'Light in a window, a door ajar'],
      ['Write it down, so that you remember.', 'A pencil circles a line in a calendar', 'Write it down'],
      ['Bring your people, it is warmer together.', 'People come to the table one by one'],
      ['And smile: the day is worth it.', 'Close-up: a smile, reflected in glass'],
    ],
    proof: [
      ['This is how it goes with us.', 'Short shots: hands, voices, laughter'],
      ['No rehearsal, all of it real.', 'Handheld camera, a slight tremble'],
      ['You will know these faces.', 'Portraits, each looks up at the camera'],
      ['All that is left is to come.', 'An empty chair at the table, light falls on it', 'Come'],
    ],
  },
  quiet: {
    cta: 'Thank you.',
    solution: [
      ['Those who were near remember.', 'A hand turns over old photographs'],
      ['Words are not what matters here.', 'A window, light moves slowly along a wall'],
      ['Everybody will remember something else.', 'Faces that listen, one after the other'],
      ['Time goes by, and this stays.', 'A clock on a wall, sun on the floor'],
      ['We want to say thank you.', 'A hand writes one word on a card', 'Thank you'],
      ['Let us sit together for a while.', 'Chairs in a half circle, cups'],
    ],
    proof: [
      ['Here are a few pictures.', 'Photographs are laid on a table one by one'],
      ['This is how it was.', 'Old film, grain, a yard that one knows'],
      ['This is how it is.', 'The same place today'],
    ],
    outro: [
      ['Thank you for these years.', 'A fade to black, a name'],
      ['We are here.', 'Hands on shoulders, a wide shot'],
    ],
  },
  instructionCta: 'Look after yourselves and each other.',
  steps: [
    [
      'Step one. Clear a place and get everything you need within reach.',
      'Top view: an empty table fills with what is needed',
      'Step 1',
    ],
    [
      'Step two. Begin with an easy part and take your time.',
      'Close-up: hands make the first move, slow motion',
      'Step 2',
    ],
    [
      'Step three. Compare with the example before you go on.',
      'Split screen: the example and the work so far',
      'Step 3',
    ],
    ['Step four. Do the same again, with more confidence.', 'The same shot, quicker and more precise', 'Step 4'],
    ['Step five. Fix the small things: everybody sees them.', 'Macro: one correction, another, a clean edge', 'Step 5'],
    ['The usual mistake here is to skip the check.', 'A hand wants to turn the page, a finger stops it', 'Do not skip'],
    ['If it did not work, go back one step. That is fine.', 'Rewind: the action runs back and starts again'],
  ],
  verdicts: [
    ['I try it at home, not in a studio.', 'An ordinary kitchen, ordinary light', 'At home'],
    ['First the facts.', 'The item on a scale, a ruler beside it', 'Facts'],
    ['I look at what you see at once.', 'The item turns in the hands of the host', 'Looks'],
    ['Then at what you see after a week.', 'The same item, traces of ordinary life'],
    ['For the good I go by the work, not by the box.', 'The box leaves the frame, the item stays', 'Good'],
    ['The bad I say aloud: no review is worth much without it.', 'The host winces, then laughs', 'Bad'],
    ['Sound, weight, small things: I check them all.', 'Three short shots: an ear, a palm, a finger'],
    ['Whom is it for? Those who know their own day in this.', 'Portraits, one after the other'],
    ['Whom is it not for? Those who care for other things. Fair.', 'The item is pushed aside, another takes its place'],
    ['My verdict: look at your day, not at mine.', 'The host sets the item on a shelf', 'Verdict'],
  ],
  points: [
    ['{point}.', 'The detail in question, in close-up', '{point}'],
    ['{point}.', 'The camera moves in on what matters', '{point}'],
    ['And one more thing. {point}.', 'A new angle, the hero points', '{point}'],
    ['{point}.', 'A line types itself on the screen as it is spoken', '{point}'],
    ['Now a detail. {point}.', 'Macro with a slow change of focus', '{point}'],
  ],
  shot: 'In the picture: {shot}',
  includes: [
    ['And the main thing: {point}.', 'A title on a calm background, fully readable', '{point}'],
    ['Write this down: {point}.', 'A hand writes the line into a notebook', '{point}'],
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
          'Give it some time and put the phone away. That is how you learn how long it really takes.',
          'A timer on the table, the phone leaves the frame',
          'A timer',
        ],
        [
          'If you do not know where to start, take the side you understand. The rest becomes visible on the way.',
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
          'Cut the work into short parts. After each, stand up and look at what is done.',
          'A pie chart splits into equal parts',
          'In parts',
        ],
        ['It gets faster the second time: the hands remember and the head is free.', 'The same move at double speed'],
      ],
    },
    {
      title: 'how to tell it is going well',
      lines: [
        ['Choose one simple sign that shows you are moving. One, not ten.', 'A single lamp on a panel turns green'],
        [
          'If the sign does not change for days, change the approach, not the goal.',
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
      choosing: true,
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
      choosing: true,
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
      choosing: true,
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
      choosing: true,
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
