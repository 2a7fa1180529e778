"""The pytest plugin that lessons write their checks with."""
