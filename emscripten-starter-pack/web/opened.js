// Runs where modules do not: it says on the page why the lesson cannot start.
(function () {
  'use strict';

  /** @type {(title: string, text: string, todo: string) => void} */
  function explain(title, text, todo) {
    var words = { title: title, text: text, todo: todo };
    Object.entries(words).forEach(function (entry) {
      var place = document.getElementById('trouble-' + entry[0]);
      if (place) place.textContent = entry[1];
    });
    var box = document.getElementById('trouble');
    if (box) box.hidden = false;
  }

  var scriptFailed = false;
  window.addEventListener('error', function (event) {
    scriptFailed = scriptFailed || event.target instanceof HTMLScriptElement;
    if (document.readyState !== 'loading') look();
  }, true);
  document.addEventListener('DOMContentLoaded', look);

  function look() {
    if (location.protocol === 'file:') {
      explain(
        'This page was opened as a file',
        'The address begins with file://, and from there a browser loads neither modules nor Wasm: each file counts as a stranger to the others.',
        'In a terminal, in the folder of the lessons: wasmlab serve'
      );
    } else if (scriptFailed) {
      explain(
        'A script of this page did not load',
        'web/main.js or one of the files it imports is missing, or the server does not send it as text/javascript.',
        'Start the page with: wasmlab serve'
      );
    }
  }
})();
