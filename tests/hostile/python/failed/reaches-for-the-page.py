# expect: failed
# Whatever it gets hold of it says, and it looks for the checks and for whoever asks.
found = []


def attempt(path):
    import js

    request = js.XMLHttpRequest.new()
    request.open("GET", path, False)
    request.send()
    found.append(request.responseText)


for path in ("/checks/test_words.py", "../checks/test_words.py", "http://127.0.0.1:@PORT@/", "file:///etc/passwd"):
    try:
        attempt(path)
    except Exception as error:
        found.append(str(error)[:40])
for name in ("parent", "top", "opener", "document", "window", "localStorage", "indexedDB"):
    try:
        import js

        found.append(str(getattr(js, name).document.body.innerHTML))
    except Exception:
        found.append(f"no {name}")
try:
    js.WebSocket.new("ws://127.0.0.1:@PORT@/")
except Exception:
    pass


def count(text):
    return found
