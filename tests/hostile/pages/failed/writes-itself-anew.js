// expect: failed
// A document that never ends to be written, with all that is asked for in it.
document.open();
document.write('<input id="number"><button id="double">Double it</button><p id="result">42</p>');
