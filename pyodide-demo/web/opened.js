// Runs where modules do not: it says on the page why the lesson has not started.
window.addEventListener('load', function () {
  'use strict';
  var status = document.getElementById('status');
  if (location.protocol === 'file:' && status && status.textContent === 'JavaScript starts…') {
    status.textContent = 'This page was opened as a file, and from there a browser loads no modules. '
      + 'In a terminal, in the folder of the lessons: wasmlab serve';
    status.className = 'bad';
  }
});
