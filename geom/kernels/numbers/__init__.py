"""What other kernels compute with.

`ball`: floats with a bound on their error; `bits`: sets as 64-bit words; `twice`: sums of two doubles; `modular`: residues modulo a prime.
"""
