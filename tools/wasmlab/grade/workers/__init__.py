"""The processes that grade: asked and watched from outside, and what they do inside."""
