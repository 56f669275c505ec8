"""Tables of many cells: `hashing` finds packed codes, `neighbours` matches facets, `hops` counts steps in the adjacency graph."""
