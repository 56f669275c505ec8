"""Questions about outputs, asked of every cell in one walk: boundaries, properties, ranges.

`forms`: what is asked about, affine forms of outputs; `asking`: the walk's arrays for it; `pieces`: what it found, as columns; `inquiry`: the walk;
`whole`: of which partitions.
"""
