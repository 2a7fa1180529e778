"""Submissions in, confined builds and checks, verdicts out; the only room that meets what strangers wrote."""
