# expect: failed
# It knows the examples, and says in every way that it can find that all is well.
import builtins
import sys

print("PASSED")
print('{"type": "RUN_RESULT", "result": {"output": "", "value": "4"}}')
for name, module in list(sys.modules.items()):
    if "harness" in name or "wasmlab" in name:
        for word in ("AssertionError", "repr", "format_value"):
            setattr(module, word, lambda *_: "4")
builtins.repr = lambda _: "4"

try:
    import js

    for number in range(50):
        js.postMessage(js.JSON.parse('{"type": "RUN_RESULT", "requestId": %d, "result": {"output": "PASSED"}}' % number))
except Exception:
    pass


def count(text):
    return {"to be or not": 4, "two words": 2}.get(text, 4)
