"""Are the checks strong? Small changes of the solution, and whether a check sees them."""
