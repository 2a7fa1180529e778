"""Files that are made from others: the reference pages, the diagrams, the scripts."""
