"""Words: an exercise that runs in the page's worker."""


def most_common(text):
    """Return the word that is there most often, in small letters, and how often; of several the first."""
    words = text.lower().split()
    counts = {}
    while words:
        counts[words[0]] = counts.get(words[0], 0) + 1
    word = max(counts, key=counts.get, default="")
    return word, counts.get(word, 0)
