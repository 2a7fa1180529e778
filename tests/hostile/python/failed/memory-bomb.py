# expect: failed
kept = []


def count(text):
    while True:
        kept.append(bytearray(64 << 20))
