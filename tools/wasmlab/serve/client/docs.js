/** Draws the diagrams of a page; where Mermaid is not there, their text stays as it is. */

/** @typedef {{initialize(options: object): void, render(id: string, text: string): Promise<{svg: string}>}} Mermaid */

const blocks = [...document.querySelectorAll('pre.diagram')].map(pre => ({ pre, text: pre.textContent ?? '' }));
const dark = matchMedia('(prefers-color-scheme: dark)');

/** @type {Mermaid | null} */
const mermaid = await import(new URL('vendor/mermaid/mermaid.esm.min.mjs', import.meta.url).href)
  .then(module => module.default, () => null);

/** @param {Mermaid} drawer */
async function drawAll(drawer) {
  const flowchart = { nodeSpacing: 30, rankSpacing: 36, padding: 10 }; // close together: larger letters
  drawer.initialize({ startOnLoad: false, securityLevel: 'strict', theme: 'base', themeVariables: colours(), flowchart });
  for (const [number, block] of blocks.entries()) {
    const made = await drawer.render(`diagram-${number}`, block.text).catch(() => null);
    if (!made) continue;
    const figure = drawn(made.svg, block.text);
    block.pre.replaceWith(figure);
    block.pre = figure;
  }
  document.documentElement.dataset.diagrams = 'drawn';
}

/** Mermaid's colours, taken from the page's own. */
function colours() {
  const style = getComputedStyle(document.documentElement);
  const [paper, card, line, ink, soft, violet] = ['--paper', '--card', '--line', '--ink', '--soft', '--wasm-fill']
    .map(name => style.getPropertyValue(name).trim());
  return {
    darkMode: dark.matches, useGradient: false, dropShadow: 'none', background: card, fontFamily: getComputedStyle(document.body).fontFamily,
    primaryColor: paper, primaryTextColor: ink, primaryBorderColor: violet, lineColor: soft, textColor: ink,
    secondaryColor: card, tertiaryColor: card, tertiaryBorderColor: line, clusterBkg: card, clusterBorder: line,
    edgeLabelBackground: card, actorBkg: paper, actorBorder: violet, actorTextColor: ink, actorLineColor: soft,
    signalColor: ink, signalTextColor: ink, noteBkgColor: paper, noteTextColor: ink, noteBorderColor: line,
    activationBkgColor: violet, activationBorderColor: violet, labelBoxBkgColor: paper, labelBoxBorderColor: line,
    labelTextColor: ink, loopTextColor: ink, titleColor: ink, nodeBorder: violet,
  };
}

/** @type {(svg: string, text: string) => HTMLElement} */
function drawn(svg, text) {
  const figure = document.createElement('figure');
  figure.className = 'drawn';
  figure.classList.toggle('dark', dark.matches);
  const picture = new DOMParser().parseFromString(svg, 'text/html').body.firstElementChild;
  picture?.setAttribute('role', 'img');
  picture?.setAttribute('aria-label', 'Diagram; the same as text is below it');
  const details = document.createElement('details');
  const summary = document.createElement('summary');
  summary.textContent = 'The diagram as text';
  const pre = document.createElement('pre');
  pre.textContent = text;
  pre.tabIndex = 0;
  details.append(summary, pre);
  figure.append(...(picture ? [picture] : []), details);
  return figure;
}

if (mermaid) {
  await drawAll(mermaid);
  dark.addEventListener('change', () => void drawAll(mermaid));
}
