"""The development server: the only room that knows livereload and tornado."""
