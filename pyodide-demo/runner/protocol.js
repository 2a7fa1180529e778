/**
 * The messages between a page and its Python worker: their names, and what each of them carries.
 *
 *     page                      worker
 *      |  INIT ------------------> |   load Python
 *      | <----------- PROGRESS ... |
 *      | <------------------ READY |
 *      |  RUN -------------------> |   run the code
 *      | <-------------- EVENT ... |   what it prints, shows, does
 *      |  STDIN, INTERRUPT ------> |   through shared memory too: the worker is busy
 *      | <------------- RUN_RESULT |
 *      |  CALL ------------------> |   reset, variables, files
 *      | <----------------- ANSWER |
 *      | <------------------ ERROR |   instead of an answer
 *
 * Only types stand here: a message's name is written out where it is sent, and the type checker
 * knows which names there are.
 */

/**
 * The files that make Python, as the page has fetched them, by their names.
 * @typedef {Record<string, Blob>} Parts
 */

/**
 * What one run is asked for. `lines` runs only the statements that touch these lines (from 1);
 * `stdin` holds prepared answers for `input()`, and `echo` shows them as a terminal does; `trace`
 * records each step; `watch` lists names whose changes are told.
 * @typedef {object} RunOptions
 * @property {[number, number]} [lines]
 * @property {'last' | 'each' | 'none'} [results] which expressions show their value
 * @property {string | string[]} [stdin]
 * @property {boolean} [echo]
 * @property {boolean} [trace]
 * @property {string[]} [watch]
 */

/**
 * What happens while code runs; names and fields are Jupyter's, and ours beside them.
 * @typedef {{type: string, [field: string]: any}} RunEvent
 */

/** @typedef {{name: string, message: string, stack?: string}} ErrorInfo */

/**
 * What every run gives back, whatever became of it. Times are in milliseconds.
 * @typedef {object} ExecutionResult
 * @property {string} output
 * @property {any[]} callstack the steps, where they were asked for
 * @property {number} runtime
 * @property {number} startTimestamp
 * @property {ErrorInfo} [error]
 */

/** @typedef {'reset' | 'set_variable' | 'get_variable' | 'write_file' | 'read_file' | 'list_files'} Method */

/**
 * Memory that a busy worker and its frame share; null where the page is not isolated.
 * `interrupt[0]` is 2 when Python is asked to stop. `state[0]` says what became of a question:
 * 0 asked, 1 answered, 2 declined, 3 interrupted; an answer is the first `state[1]` bytes of `text`.
 * @typedef {{interrupt: Uint8Array, state: Int32Array, text: Uint8Array}} Shared
 */

/**
 * From the page to the worker. `asks` says that somebody will answer `input()`.
 * @typedef {{type: 'INIT', parts: Parts, lock: object, asks: boolean, shared: Shared | null}
 *   | {type: 'RUN', requestId: number, code: string, options: RunOptions}
 *   | {type: 'STDIN', requestId: number, data: string | null}
 *   | {type: 'INTERRUPT', requestId: number}
 *   | {type: 'CALL', requestId: number, method: Method, args: any[]}
 * } ToWorker
 */

/**
 * From the worker to the page. `requestId` is 0 where an ERROR answers no request; after a `fatal`
 * one the worker is of no use any more.
 * @typedef {{type: 'PROGRESS', stage: string}
 *   | {type: 'READY', versions: {pyodide: string, python: string}, timings: Record<string, number>, interruptible: boolean}
 *   | {type: 'EVENT', requestId: number, event: RunEvent}
 *   | {type: 'RUN_RESULT', requestId: number, result: ExecutionResult}
 *   | {type: 'ANSWER', requestId: number, value: any}
 *   | {type: 'ERROR', requestId: number, error: ErrorInfo, fatal?: boolean}
 * } FromWorker
 */

export {};
