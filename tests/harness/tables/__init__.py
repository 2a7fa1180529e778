"""What the harness must do, as data: the same tables are gone through on CPython and inside Pyodide."""
