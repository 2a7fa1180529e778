/** Wires the page: an Example for each section, and the two views of what Emscripten has made. */

import { one, whenSeen } from './dom.js';
import { Example } from './example.js';
import { onRebuild } from './live.js';
import { showGlue } from './glue_view.js';
import { showSizes } from './size_view.js';

const examples = [...document.querySelectorAll('section.example')].map(
  section => new Example(/** @type {HTMLElement} */ (section)),
);

// The page shows a target in two places, so each rebuild goes to both.
onRebuild(() => examples.flatMap(example => example.targets), async (target) => {
  const touched = examples.filter(example => example.targets.includes(target));
  await Promise.all(touched.map(example => example.renewed(target)));
  await showSizes();
});

await Promise.all(examples.map(example => example.describe()));
whenSeen(one(document, '#size-table'), showSizes);
whenSeen(one(document, '#glue-parts'), showGlue);
document.body.dataset.page = 'ready';
