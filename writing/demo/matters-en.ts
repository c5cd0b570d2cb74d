import type { MatterPhrases } from './phrases.ts'
import type { Matter } from './matter.ts'

/** What fits one kind of matter and no other. Nothing here claims a fact: those are the brief's. */
export const ENGLISH_MATTERS: Readonly<Record<Matter, MatterPhrases>> = {
  thing: {
    title: 'a thing with a job',
    cta: 'See it up close and decide.',
    hooks: [
      ['Good things you know by touch.', 'Close-up: a palm comes to rest on the object', 'By touch'],
      ['Look closely.', 'The object still out of frame, only its shadow shows'],
    ],
    problem: [
      ['A thing that lets you down never waits for a good moment.', 'A hero alone at a bus stop with something broken'],
      ['Bought, put away, forgotten. Familiar?', 'A cupboard door closes on a box', 'Familiar?'],
    ],
    solution: [
      ['See it up close, and there is nothing left to explain.', 'Close-up: a palm comes to rest on the object'],
      ['It simply does its job.', 'One exact movement, no cuts'],
      ['A good thing asks for no attention.', 'The hero is busy, the object waits'],
      ['It will find its place.', 'A hand sets the object on a shelf, it fits'],
      ['In a week you are used to it. Good things are easy to get used to.', 'The same morning, the object at hand'],
    ],
    proof: [
      ['Look closer: there is nothing to hide.', 'Macro: an edge, a joint, a word', 'Closer'],
      ['We filmed this in one take.', 'The whole action, no cuts'],
    ],
    demo: [
      ['See how it works for me.', 'Hands up close, the object turns, top view', 'In the hand'],
      ['This detail takes a while to notice.', 'A finger points, the focus follows'],
      ['I use it at home, not for the camera.', 'A kitchen table in evening light'],
    ],
    offer: [
      ['See it up close, then decide.', 'A shopkeeper hands the object over the counter'],
      ['All that is left is to find a place for it.', 'An empty place on a shelf, light falls on it'],
    ],
  },
  food: {
    title: 'a taste to come back for',
    cta: 'Taste it and decide.',
    hooks: [
      ['Can you smell it? You will.', 'Steam rises over a table, the focus moves in', 'Can you smell it?'],
      ['First silence. Then the first bite.', 'A plate, a hand, the pause before eating'],
    ],
    problem: [
      ['You eat on the run and do not notice what.', 'A hero chews and looks at the phone'],
      ['Nothing at home, and no strength to think of food.', 'The light of a fridge on a tired face'],
    ],
    solution: [
      ['Nobody hurries here: taste does not like it.', 'Close-up: hands at work, flour in a ray of light'],
      ['Open it, and words can wait.', 'A wrapper opens, the first steam'],
      ['A taste that you know with your eyes closed.', 'The hero closes the eyes and smiles'],
      ['The table goes quiet. A good sign.', 'A wide shot of a table, talk fades'],
      ['And somebody will ask for more.', 'A plate is pushed closer'],
    ],
    proof: [
      ['Look at what it is made of.', 'Ingredients on a board, top view', 'Made of what?'],
      ['The first sip or the first bite says more.', 'Close-up: a hand, lips, a pause'],
    ],
    demo: [
      ['I open it in front of you.', 'Close-up: the wrapper, the movement, the sound'],
      ['I cook the way I can, and it works.', 'An ordinary stove, an ordinary kitchen'],
      ['I taste. I say nothing. I taste again.', 'Close-up: a spoon, a face, a nod'],
    ],
    offer: [
      ['Try it once, you will remember the rest.', 'An open palm with something to taste'],
      ['The table is laid. You are missing.', 'An empty chair, warm light above a table'],
    ],
  },
  place: {
    title: 'a place to walk into',
    cta: 'Come and see.',
    hooks: [
      ['Behind this door it is another day.', 'A hand on a door handle, a strip of light', 'Behind this door'],
      ['When did you last go out?', 'A window, rain, a hero looks for a jacket', 'When?'],
    ],
    problem: [
      ['The weekend is over, and there is nothing to tell.', 'A sofa, a screen, it grows dark outside'],
      ['You want to get out, and do not know where to.', 'A hero scrolls a map and puts the phone down'],
    ],
    solution: [
      ['Nobody asks why you came. They are glad.', 'A door opens, somebody inside looks up'],
      ['Drop in for a minute, stay for an hour.', 'A clock hand, the same table, another light'],
      ['You can hear yourself here.', 'Quiet, steps, a voice far off'],
      ['Take off your coat and look around.', 'A coat goes on a hook, the camera turns to the room'],
      ['People leave with something to tell.', 'Two come out talking at once'],
    ],
    proof: [
      ['Look at the faces of those who are here already.', 'Portraits: a smile, a stare, a laugh', 'Faces'],
      ['We decorated nothing for the camera.', 'A walk through the place in one take'],
    ],
    demo: [
      ['I walk in and show it as it is.', 'Handheld: the entrance, the first look'],
      ['This is my corner.', 'The presenter sits down, the view from there'],
      ['Hear that? That is what I come for.', 'The sound of the place up close'],
    ],
    offer: [
      ['Come, and bring your people.', 'A group at the entrance, somebody holds the door'],
      ['{thing} is waiting for you.', 'A sign in warm light', '{thing}'],
    ],
  },
  service: {
    title: 'leave it to them',
    cta: 'Call, and we agree on a time.',
    hooks: [
      ['What if somebody did it for you?', 'A list, one line crosses itself out', 'For you?'],
      ['There are people who know how.', 'Hands at work up close, no face yet'],
    ],
    problem: [
      ['Doing it yourself takes for ever, and whom can you ask?', 'A hero holds a part and looks doubtful'],
      ['You meant to call. You never found the time.', 'A phone on a table, a finger does not quite reach it'],
    ],
    solution: [
      ['You come with a question and leave with an answer.', 'A door, a talk, a handshake'],
      ['They listen first. Then they get to work.', 'Two at a counter, one nods'],
      ['They tell you what and why, in plain words.', 'A hand draws on a slip of paper'],
      ['They find a time that suits you.', 'A calendar, a finger chooses an hour'],
      ['And the evening stays yours.', 'The hero steps into the street, evening light'],
    ],
    proof: [
      ['Ask anybody who works here: they answer.', 'Portraits of the crew, each at work'],
      ['Look how it is done.', 'Work in one take, no cuts', 'How it is done'],
    ],
    demo: [
      ['I call them in front of you.', 'A phone, a tone, a calm voice'],
      ['While they work, I sit and watch.', 'The presenter on a chair, work behind'],
      ['I had many questions. They answered them.', 'A talk at a counter, medium shot'],
    ],
    offer: [
      ['You choose. The rest is ours.', 'A hand ticks a box, the camera pulls back'],
      ['One call, and we agree on a time.', 'A receiver is lifted, a smile'],
    ],
  },
  app: {
    title: 'there when you need it',
    cta: 'Install it and try it on your day.',
    hooks: [
      ['Take out your phone. I will show you something.', 'A phone is laid on the table, screen up'],
      ['How often did you write this on a scrap of paper?', 'Notes on a monitor, one falls'],
    ],
    problem: [
      ['Notes, chats, tabs. Somewhere among them is what you need.', 'Quick cuts: sticky notes, screens, a napkin'],
      ['Your head keeps everything but the one thing.', 'A hero stops in the street and slaps his forehead'],
    ],
    solution: [
      ['Open it, do it, close it.', 'Three taps in the rhythm of the music', 'Done'],
      ['One screen, and on it what you need.', 'A screen up close, the rest fades'],
      ['No manual needed.', 'A finger finds the button at once'],
      ['It waits while you are busy, and does not forget.', 'The screen dims, the hero talks to a child'],
      ['And the phone goes back into the pocket.', 'A phone slips into a pocket, the hero looks up'],
    ],
    proof: [
      ['Here is the screen, uncut.', 'A phone screen from the first tap to the result', 'Uncut'],
      ['Try it on an ordinary Tuesday.', 'A train, a kitchen, a desk: three taps'],
    ],
    demo: [
      ['I show it on my own phone.', 'The screen of the presenter up close', 'My screen'],
      ['The first time I just pressed here.', 'An arrow points at a button'],
      ['Now it is a part of my morning.', 'Coffee, a phone, a window'],
    ],
    offer: [
      ['Install it and try it on one thing.', 'An icon appears on a screen'],
      ['Start small, that is enough.', 'The first line of an empty list'],
    ],
  },
  finance: {
    title: 'first the numbers',
    cta: 'Learn the terms and decide in peace.',
    hooks: [
      ['First the numbers, then the dreams.', 'A sheet of paper, a pencil, a cup', 'First the numbers'],
      ['Big plans like arithmetic.', 'A hand moves a calculator to the middle of a table'],
    ],
    problem: [
      ['There are plans, and no idea where to begin counting.', 'Two over an empty sheet'],
      ['Nobody likes small print. It has to be read.', 'A magnifier over a contract', 'Small print'],
    ],
    solution: [
      ['Here you can ask, and get an answer.', 'Two at a table, a calm talk'],
      ['The terms are in front of you before you decide.', 'A page turns towards the viewer'],
      ['Count, put it aside, come back tomorrow. That is right.', 'A sheet stays on a table, the light changes'],
      ['The decision stays yours.', 'A hand with a pen stops above the paper'],
      ['Peace of mind begins with a line that you understand.', 'A pencil underlines one line'],
    ],
    proof: [
      ['Read the contract to the end: we wait.', 'The last page, a clock on the wall', 'To the end'],
      ['Ask about everything that is not clear.', 'Questions in a notebook, each is ticked'],
    ],
    demo: [
      ['I count in front of you, aloud.', 'A calculator and a slip of paper up close'],
      ['I read the terms, the small ones too.', 'A finger goes along the lines'],
      ['What I did not understand, I asked.', 'A chat with a question, an answer comes'],
    ],
    offer: [
      ['See what you can afford, then decide.', 'A sheet with sums, a cup beside it'],
      ['Learn the terms. Decide in peace.', 'The hero closes a folder and looks out of the window'],
    ],
  },
  learning: {
    title: 'it can be learned',
    cta: 'Sign up and come.',
    hooks: [
      ['Do you think it is too late to begin?', 'A clean sheet, a hand hesitates', 'Too late?'],
      ['The first time is always clumsy. Good.', 'A brush, a key or a chalk makes its first move'],
    ],
    problem: [
      ['You wanted to learn it as a child. Then there was no time.', 'An old exercise book in an attic'],
      ['You began alone, and stopped alone.', 'A bookmark near the first page'],
    ],
    solution: [
      ['Mistakes are welcome: that is why people come.', 'An eraser, a smile, another try'],
      ['Step by step, with somebody beside you.', 'The hand of a teacher corrects a movement'],
      ['Crooked today. Next month you know your own hand.', 'Two sheets, the old one and the new one'],
      ['The question you are ashamed of is asked first.', 'A hand goes up, others nod'],
      ['And then you show at home what you made.', 'A sheet on a fridge, a family at the table'],
    ],
    proof: [
      ['This is the work of people who could not do it either.', 'A wall of works, a slow pan', 'Neither could they'],
      ['See what a lesson is like.', 'A lesson from the last row, nothing staged'],
    ],
    demo: [
      ['Here is my first try. Do not laugh.', 'The presenter holds up a sheet'],
      ['I practise in the evening, in the kitchen.', 'A lamp, a notebook, cold tea'],
      ['Here is what changed.', 'The second try beside the first'],
    ],
    offer: [
      ['Come as you are.', 'An open classroom door, a free seat'],
      ['A good day to begin.', 'A bright frame, a new notebook', 'A good day'],
    ],
  },
}
