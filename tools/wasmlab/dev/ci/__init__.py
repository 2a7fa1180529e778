"""What a service needs to grade: its files, and what must be set up there."""
