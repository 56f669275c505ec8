"""Compiled inner loops: arrays in, arrays out, no decisions about input. How one is compiled, and what to beware of: `jit`.

`numbers`: floats with error bounds, words of bits, twice the digits, residues. `cells`: the walk, in the order of its steps. `tables`: packed
codes looked up, facets matched, steps of a graph. `sites`: power diagrams. `polytopes`: volumes. `counts`: hyperplane arrangements.
"""
