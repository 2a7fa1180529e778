"""Runs a lesson's checks: once, again and again on what stands collected, and while a browser starts."""
