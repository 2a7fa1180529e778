// What the worker needs to take JavaScript apart and to strip types.
export { parse } from "acorn";
export { transform } from "sucrase";
