# expect: passed
def count(text):
    return len(text.split())


if __name__ == "__main__":
    print(count(input("Text? ")))
