"""Runs pip for the Python in pages: python pip_for_pages.py ENVIRONMENT ARGUMENT...

`--platform` lets pip choose wheels for another Python, but it still reads conditions such as
`sys_platform == "win32"` for the machine that it runs on; here they are read for ENVIRONMENT, in JSON.
"""

import json
import runpy
import sys

from pip._vendor.packaging import markers  # type: ignore[import-not-found,unused-ignore]

if __name__ == "__main__":
    environment = json.loads(sys.argv[1])
    markers.default_environment = lambda: dict(environment)
    sys.argv = ["pip", *sys.argv[2:]]
    runpy.run_module("pip", run_name="__main__", alter_sys=True)
