/** Strings into C and out of it, with every allocation counted. */

/** @type {import('../example.js').Run} */
export async function run({ start, print, field }) {
  const program = await start('strings');
  const text = field('text');

  // ccall and cwrap copy the string to C's stack for the length of the call.
  const bytes = program.ccall('bytes', 'number', ['string'], [text]);
  const codePoints = program.cwrap('code_points', 'number', ['string']);
  print(`C counts ${bytes} bytes and ${codePoints(text)} code points; JavaScript's length is ${text.length}`);

  // C writes into bytes that are ours: we make room, and we give it back.
  const size = program.lengthBytesUTF8(text) + 1;
  const place = program._malloc(size);
  program.stringToUTF8(text, place, size);
  program._shout(place);
  print(`shout: ${program.UTF8ToString(place)}`);
  program._free(place);

  // What C has made is C's until we say that we are done with it.
  const greeting = program.ccall('greet', 'number', ['string'], [text]);
  print(`greet: ${program.UTF8ToString(greeting)}`);
  print(`before give_back ${program._not_given_back()} greeting is out`, 'note');
  program._give_back(greeting);
  print(`after give_back ${program._not_given_back()} are`, 'note');
}
