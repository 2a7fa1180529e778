/** What the development server adds to every page: live changes, explained build errors, the page's console in the terminal. */

import { forwardConsole } from './console.js';
import { listen } from './live.js';
import { showProblems } from './overlay.js';
import { showWarnings } from './warnings.js';

forwardConsole(new URL('console', import.meta.url));
listen(new URL('.', import.meta.url), (name, state) => {
  showProblems(name, state);
  showWarnings(state);
});
