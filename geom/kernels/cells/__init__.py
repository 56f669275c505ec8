"""The walk over cells, step by step.

`state`: everything the walk knows, as arrays; `walk`: which step comes next. On entering a layer: `compose` (its rows; of short numbers `integers`)
and `signs` (of its units at a cell's generators; `refresh` where a float cannot tell). A cut: `edges`, `split`, `touch`. A finished cell: `incidence`
(which constraints contain facets), `emit`.

Walks that do more: `guides` keeps to the cells of given codes, `probes` to random ones; `clauses` asks every cell a question, whose answers `pieces`
and `parts` write to what `found` holds.
"""
