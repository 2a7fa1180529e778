"""What is on this machine and what is missing: doctor and setup."""
