"""For the authors of wasmlab and of lessons: what is made from other files, and whether it is current."""
