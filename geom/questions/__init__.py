"""Questions about outputs, asked of every cell in one walk: boundaries, properties, ranges.

`forms`: what is asked about, affine forms of outputs; `piece_table`: what it found, as columns; `inquiry`: the walk;
`whole`: of which partitions.
"""
