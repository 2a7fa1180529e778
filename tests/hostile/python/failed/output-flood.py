# expect: failed
def count(text):
    while True:
        print("a line that is said again and again, until nobody can hear it any more" * 100)
