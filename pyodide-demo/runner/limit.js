/** A time limit that stands still while somebody is asked something. */
export class Limit {
  #timer = 0;
  #since = 0;

  /**
   * @param {number} left milliseconds; 0 for no limit
   * @param {() => void} reached
   */
  constructor(left, reached) {
    this.left = left || Infinity;
    this.reached = reached;
  }

  go() {
    this.#since = performance.now();
    if (this.left < 2 ** 31) this.#timer = setTimeout(this.reached, this.left);
  }

  /** @param {number} left */
  anew(left) {
    clearTimeout(this.#timer);
    this.left = left || Infinity;
    this.go();
  }

  pause() {
    clearTimeout(this.#timer);
    this.left -= performance.now() - this.#since;
  }

  end() {
    clearTimeout(this.#timer);
    this.left = Infinity;
  }
}
