"""Words: an exercise that runs in the page's worker."""


def most_common(text):
    """Return the word that is there most often, in small letters; of several the first, of none ''."""
    counts = {}
    for word in text.lower().split():
        counts[word] = counts.get(word, 0) + 1
    return max(counts.values(), default=0)
