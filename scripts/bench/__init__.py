"""The benchmark: synthetic projects of any size, and what building them costs, here and elsewhere."""
