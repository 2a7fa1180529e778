"""The pytest plugin: fixtures and options for checks."""
