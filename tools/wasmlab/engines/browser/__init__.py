"""The browsers as engines: how they are started, and the page that runs modules in them."""
