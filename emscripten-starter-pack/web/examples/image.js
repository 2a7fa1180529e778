/** One filter over the same pixels: in JavaScript, in C, and in C with SIMD. */

import { make, makeTable } from '../dom.js';

const WIDTH = 640;
const HEIGHT = 360;
const ROUNDS = 15;

/** @type {Record<string, (pixels: Uint8ClampedArray) => void>} */
const FILTERS = {
  invert(pixels) {
    for (let i = 0; i < pixels.length; i += 4) {
      for (let c = 0; c < 3; c++) pixels[i + c] ^= 0xFF;
    }
  },
  grey(pixels) {
    for (let i = 0; i < pixels.length; i += 4) {
      pixels[i] = pixels[i + 1] = pixels[i + 2] = (pixels[i] * 77 + pixels[i + 1] * 150 + pixels[i + 2] * 29) >> 8;
    }
  },
};

/** @type {import('../example.js').Run} */
export async function run({ start, print, show, field }) {
  const filter = field('filter');
  const canvas = make('canvas');
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  canvas.role = 'img';
  canvas.ariaLabel = `The picture after the filter ${filter}`;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('this browser gives no canvas');
  paint(context);
  const original = context.getImageData(0, 0, WIDTH, HEIGHT).data;

  const byScript = measure(original, FILTERS[filter]);
  const [byC, bySimd] = [
    measureC(await start('image'), original, filter),
    measureC(await start('image_simd'), original, filter),
  ];
  context.putImageData(new ImageData(bySimd.pixels, WIDTH, HEIGHT), 0, 0);
  show(canvas);
  const times = Object.entries({ 'JavaScript': byScript, 'C': byC, 'C with SIMD': bySimd });
  show(makeTable(`${filter}, ${WIDTH} by ${HEIGHT}, median of ${ROUNDS}`, ['how', 'milliseconds', 'meter'],
    times.map(([name, { time }]) => [name, time.toFixed(3), meter(time, byScript.time)])));
  const same = [byC, bySimd].every(({ pixels }) => pixels.every((value, index) => value === byScript.pixels[index]));
  print(same ? 'all three give the same pixels' : 'the three differ', same ? 'note' : 'err');
}

/** @param {CanvasRenderingContext2D} context */
function paint(context) {
  const sky = context.createLinearGradient(0, 0, WIDTH, HEIGHT);
  sky.addColorStop(0, '#2b1d8f');
  sky.addColorStop(0.55, '#e8478b');
  sky.addColorStop(1, '#ffd24a');
  context.fillStyle = sky;
  context.fillRect(0, 0, WIDTH, HEIGHT);
  for (let n = 0; n < 40; n++) {
    context.fillStyle = `hsl(${n * 47} 80% 60%)`;
    context.beginPath();
    context.arc((n * 173) % WIDTH, (n * 97) % HEIGHT, 8 + (n * 13) % 34, 0, 2 * Math.PI);
    context.fill();
  }
}

/**
 * @param {Uint8ClampedArray} original
 * @param {(pixels: Uint8ClampedArray) => void} work
 */
function measure(original, work) {
  let pixels = new Uint8ClampedArray(original);
  const times = Array.from({ length: ROUNDS }, () => {
    pixels = new Uint8ClampedArray(original);
    const start = performance.now();
    work(pixels);
    return performance.now() - start;
  });
  return { pixels, time: times.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] };
}

/**
 * @param {import('../glue.js').Program} program
 * @param {Uint8ClampedArray} original
 * @param {string} filter
 */
function measureC(program, original, filter) {
  const count = original.length / 4;
  const place = program._make_pixels(count);
  const view = () => program.HEAPU8.subarray(place, place + original.length);
  const times = Array.from({ length: ROUNDS }, () => {
    view().set(original);
    const start = performance.now();
    program[`_${filter}`](place, count);
    return performance.now() - start;
  });
  const pixels = new Uint8ClampedArray(view());
  program._free_pixels(place);
  return { pixels, time: times.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] };
}

/**
 * @param {number} time
 * @param {number} most
 */
function meter(time, most) {
  const shown = make('meter');
  shown.max = Math.max(most, time);
  shown.value = time;
  shown.ariaLabel = `${time.toFixed(3)} ms`;
  return shown;
}
