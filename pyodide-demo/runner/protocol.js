/**
 * The messages between a page and its Python worker: their names, and what each of them carries.
 *
 *     page                      worker
 *      |  INIT ------------------> |   load Python
 *      | <----------- PROGRESS ... |
 *      | <------------------ READY |
 *      |  RUN -------------------> |   run the code
 *      | <-------------- EVENT ... |   what it prints, shows, does
 *      | <------------------ FETCH |   micropip asks for a file
 *      | FETCHED ----------------> |
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
 * The files that make Python, by their names: each comes when the page has fetched it.
 * @typedef {Record<string, Promise<Blob>>} Parts
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

/**
 * What a worker can be called for; which of them it knows depends on its language.
 * @typedef {'reset' | 'set_variable' | 'get_variable' | 'variables' | 'complete' | 'write_file' | 'read_file'
 *   | 'write_bytes' | 'read_bytes' | 'remove_file' | 'list_files' | 'install_packages'
 *   | 'use_index' | 'install_from_index' | 'export_database' | 'import_database'} Method
 */

/**
 * Memory that a busy worker and its frame share; null where the page is not isolated.
 * `interrupt[0]` is 2 when Python is asked to stop. `state[0]` says what became of a question:
 * 0 asked, 1 answered, 2 declined, 3 interrupted; an answer is the first `state[1]` bytes of `text`.
 * @typedef {{interrupt: Uint8Array, state: Int32Array, text: Uint8Array}} Shared
 */

/**
 * What a worker is made of. Through `files` comes `[name, content]` of each of the `names`. `asks` says
 * that somebody will answer `input()`.
 * @typedef {{names: string[], files: MessagePort, lock: any, language: string, asks: boolean, shared: Shared | null}} Given
 */

/**
 * From the page to the worker.
 * @typedef {{type: 'INIT'} & Given
 *   | {type: 'RUN', requestId: number, code: string, options: RunOptions}
 *   | {type: 'STDIN', requestId: number, data: string | null}
 *   | {type: 'INTERRUPT', requestId: number}
 *   | {type: 'CALL', requestId: number, method: Method, args: any[]}
 *   | {type: 'FETCHED', id: number, fetched: import('./fetching.js').Fetched}
 * } ToWorker
 */

/**
 * From the worker to the page. `requestId` is 0 where an ERROR answers no request; after a `fatal`
 * one the worker is of no use any more.
 * @typedef {{type: 'PROGRESS', stage: string}
 *   | {type: 'READY', versions: Record<string, string>, timings: Record<string, number>, interruptible: boolean, modules?: string[]}
 *   | {type: 'EVENT', requestId: number, event: RunEvent}
 *   | {type: 'FETCH', requestId: number, id: number, url: string}
 *   | {type: 'RUN_RESULT', requestId: number, result: ExecutionResult}
 *   | {type: 'ANSWER', requestId: number, value: any}
 *   | {type: 'ERROR', requestId: number, error: ErrorInfo, fatal?: boolean}
 * } FromWorker
 */

/**
 * What a language's module makes inside the worker: a learner's session.
 * @typedef {object} Engine
 * @property {(code: string, options: RunOptions) => Promise<ExecutionResult>} run
 * @property {(method: string, args: any[]) => any} call
 * @property {() => void} interrupt ends a run that waits
 * @property {boolean} interruptible whether a busy run ends by the shared memory too
 * @property {Record<string, string>} versions
 * @property {Record<string, number>} timings milliseconds of each stage
 * @property {string[]} [modules] what can be imported without any package
 */

/**
 * @typedef {object} Listeners
 * @property {(stage: string) => void} onStage
 * @property {(json: string) => void} onEvent
 * @property {(error: unknown) => void} onFatal
 * @property {(url: string) => Promise<import('./fetching.js').Fetched>} onFetch has the page fetch what the lesson grants
 * @property {(() => string | undefined | false) | undefined} ask
 * @property {((milliseconds: number) => boolean) | undefined} pause
 */

export {};
