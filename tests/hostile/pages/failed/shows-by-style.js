// expect: failed
// What only a style shows is no text of the page.
const style = Object.assign(document.createElement("style"), { textContent: "#result::after { content: '42' }" });
document.head.append(style);
