"""The walk: from a network and a domain to the columns of all cells, every sign proven.

In the order in which numbers pass through: `placement` and `start` choose coordinates and the first open cells, `rounding` and `short`
write the network down for the kernels, `workspace` allocates their arrays, `asking` adds what is asked of every cell, `run` keeps the
kernel `walk` going and lets `oracle` answer what floats leave open, `columns` and `codes` are what comes out, packed as `packing` says, lists
as `ragged` says. `switches` turns shortcuts off, for tests.
"""
