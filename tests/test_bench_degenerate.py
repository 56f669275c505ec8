"""The numbers that the benchmark's table of degenerate networks calls true are those of the slow reference, and the engine's."""

import pytest
import reference

import geom
from bench.degenerate import DEGENERATE


@pytest.mark.parametrize("case", DEGENERATE, ids=lambda case: case.name)
def test_the_true_numbers_are_those_of_the_reference_and_of_the_engine(case):
    weights, biases = zip(*case.layers, strict=True)
    net = reference.network([weight.tolist() for weight in weights], [bias.tolist() for bias in biases])
    cells = reference.cells_of_space(net, weights[0].shape[1], [])
    assert len(cells) == case.cells
    # The whole space has no walls, so every facet is seen from two cells.
    assert sum(len(cell.facet_names()) for cell in cells) == 2 * case.pairs
    part = geom.subdivide(case.network)
    assert (len(part), part.adjacency().nnz) == (case.cells, 2 * case.pairs)
