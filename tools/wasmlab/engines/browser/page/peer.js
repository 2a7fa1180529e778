/** Writes into a memory that another worker shares, and says so. */

onmessage = ({ data }) => {
  Atomics.store(new Int32Array(data), 0, 42);
  postMessage('written');
};
