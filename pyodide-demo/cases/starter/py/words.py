"""Words: an exercise that runs in the page's worker."""


def most_common(text):
    """Return the word that is there most often, in small letters, and how often; of several the first."""
    return "", 0
