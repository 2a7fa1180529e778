// Runs where modules do not: it says on the page why the lesson cannot start.
document.addEventListener('DOMContentLoaded', function () {
  'use strict';
  var status = document.getElementById('status');
  if (location.protocol === 'file:' && status) {
    status.textContent = 'This page was opened as a file, and from there a browser loads no modules. '
      + 'In a terminal, in the folder of the lessons: wasmlab serve';
    status.className = 'bad';
  }
});
