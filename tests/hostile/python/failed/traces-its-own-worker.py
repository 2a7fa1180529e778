# expect: failed
# What forgets the names of one check for the next one is traced by a function that is forgotten first.
import sys


def traced(frame, event, argument):
    return traced


sys.settrace(traced)


def count(text):
    return -1
