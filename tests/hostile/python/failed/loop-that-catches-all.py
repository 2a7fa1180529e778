# expect: failed
# says: TimeLimitExceeded
def count(text):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
