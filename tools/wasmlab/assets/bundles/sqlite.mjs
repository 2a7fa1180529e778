// SQLite in the worker; its Wasm lies beside it.
export { default } from "@sqlite.org/sqlite-wasm";
