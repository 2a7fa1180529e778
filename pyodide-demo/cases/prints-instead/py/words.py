"""Words: an exercise that runs in the page's worker."""


def most_common(text):
    """Return the word that is there most often, in small letters, and how often; of several the first."""
    counts = {}
    for word in text.lower().split():
        counts[word] = counts.get(word, 0) + 1
    word = max(counts, key=counts.get, default="")
    print(word, counts.get(word, 0))
