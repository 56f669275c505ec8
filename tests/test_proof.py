"""The checker accepts what the engine found, rejects whatever is changed in it, and shares nothing with the engine."""

from __future__ import annotations

import ast
import os
from fractions import Fraction
from itertools import pairwise, product
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from cases import BY_NAME, CASES, random_problem
from click.testing import CliRunner

import geom
from geom.commands.cli import main
from geom.engine.columns import Columns
from geom.exact import as_fractions, integer_row
from geom.proof.across import code_across, outwards
from geom.proof.clear import Farkas
from geom.proof.levels import MAX_FAILURES
from geom.proof.rows import Composer
from geom.proof.solid import Solid

ROOT = Path(__file__).parent.parent
ACASXU = Path(os.environ.get("GEOM_ACASXU", ROOT.parent / "shared" / "data" / "acasxu"))


def subdivided(problem, in_space=False):
    return geom.subdivide(problem.network(), None if in_space else problem.region())


def net(*hidden, activation="relu"):
    """A network of these (weight, bias) layers that puts out the sum of the last one."""
    return geom.Network.mlp([*(w for w, _ in hidden), np.ones((1, len(hidden[-1][1])))], [*(b for _, b in hidden), [0.0]], activation=activation)


def gaussian(seed, *widths, activation="relu"):
    rng = np.random.default_rng(seed)
    return net(*((rng.normal(size=(n, m)), rng.normal(size=n) / 2) for m, n in pairwise(widths)), activation=activation)


def facts(text):
    return dict(line.split("  ", 1) for line in text.splitlines() if "  " in line)


def reasons(report):
    return [str(failure) for failure in report.failures]


# --- what is right is accepted -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=str)
def test_degenerate_partitions_are_accepted(case):
    report = geom.check(subdivided(case), sample=None)
    assert report.proven, reasons(report)
    assert ("volume" in report.checked) == (case.domain[0] in ("box", "polytope") and case.dim <= 3)


@pytest.mark.parametrize("seed", range(24))
def test_random_partitions_are_accepted(seed):
    report = geom.check(subdivided(random_problem(seed)), sample=None)
    assert report.proven, reasons(report)


@pytest.mark.parametrize("widths", [(1, 5), (2, 6), (2, 4, 4), (3, 5), (3, 4, 4, 3)], ids=str)
@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "abs"])
def test_partitions_of_the_whole_space_are_accepted(widths, activation):
    report = geom.check(geom.subdivide(gaussian(0, *widths, activation=activation)), sample=None)
    assert report.proven, reasons(report)
    assert list(report.checked) == ["cells", "closure"]


def test_rays_and_lines_are_accepted():
    # One line in the plane and in space: every cell is a half-space, which has lines but no vertices. Two lines through 0: every cell is a cone.
    for weight in ([[1.0, 2.0]], [[1.0, 2.0, -1.0]], [[1.0, 0.0], [0.0, 1.0]], [[1.0, 0.0, 0.0], [0.0, 1.0, 1.0]]):
        part = geom.subdivide(net((weight, [0.0] * len(weight))))
        assert len(part) == 2 ** len(weight)
        assert geom.check(part).proven


def test_a_slab_has_lines_and_is_unbounded():
    part = geom.subdivide(net(([[1.0, 1.0], [1.0, 1.0]], [0.0, -1.0])))
    assert len(part) == 3
    part.columns.is_bounded[:] = False
    assert geom.check(part).proven
    part.columns.is_bounded[1] = True
    assert reasons(geom.check(part)) == ["cell 1: is unbounded, stored otherwise"]


@pytest.mark.parametrize("domain", [None, geom.Box([0, 0], [1, 1]), geom.HPolytope([[1, 1]], [3])], ids=["space", "box", "half-plane"])
def test_a_network_without_units_has_one_right_cell(domain):
    part = geom.subdivide(geom.Network.mlp([[[1.0, 2.0]]], [[0.0]]), domain)
    assert len(part) == 1
    assert geom.check(part).proven


def test_a_cell_that_holds_no_double_is_accepted():
    part = subdivided(BY_NAME["strip 4.94066e-324 wide"])
    assert part.columns.exact_witness
    assert geom.check(part).proven


# --- what is wrong is rejected -------------------------------------------------------------------------------------------------------------------

VICTIMS = {
    "generic, d=1": lambda: geom.subdivide(gaussian(1, 1, 6), geom.Box([-3], [3])),
    "folds, d=1": lambda: subdivided(BY_NAME["abs folded five times"]),
    "generic, d=2, deep": lambda: geom.subdivide(gaussian(2, 2, 4, 4, 4), geom.Box([-2, -2], [2, 2])),
    "leaky, d=2, simplex": lambda: geom.subdivide(
        gaussian(3, 2, 5, 3, activation="leaky_relu"), geom.HPolytope([[-1, 0], [0, -1], [1, 1]], [1, 1, 1])
    ),
    "generic, d=3": lambda: geom.subdivide(gaussian(4, 3, 4, 2), geom.Box([-1, -1, -1], [1, 1, 1])),
    "space, d=1": lambda: geom.subdivide(gaussian(5, 1, 4, 2)),
    "space, d=2": lambda: geom.subdivide(gaussian(6, 2, 4, 3)),
    "space, d=3": lambda: geom.subdivide(gaussian(7, 3, 4)),
    "half-plane": lambda: geom.subdivide(gaussian(8, 2, 4), geom.HPolytope([[1, 2]], [3])),
    "half-planes as cells": lambda: geom.subdivide(net(([[1.0, 2.0]], [1.0]))),
    "twins": lambda: subdivided(BY_NAME["twins through three layers"]),
    "words of twins": lambda: subdivided(BY_NAME["a hundred twins"]),
    "vanishing": lambda: subdivided(BY_NAME["vanishing by cancellation"]),
    "through one point": lambda: subdivided(BY_NAME["five lines through a point that is no double"]),
    "repeated walls": lambda: subdivided(BY_NAME["redundant and repeated walls"]),
    "thin": lambda: subdivided(BY_NAME["strip between neighbouring doubles"]),
    "one cell": lambda: subdivided(BY_NAME["constant units"]),
    "no units": lambda: subdivided(BY_NAME["no hidden layer"]),
}


@pytest.fixture(scope="module")
def victims():
    return {name: make() for name, make in VICTIMS.items()}


def cells_of(columns):
    """Each cell as a namespace, its facets as lists of constraint numbers."""
    out = []
    for i, (start, stop) in enumerate(zip(columns.facet_at, columns.facet_at[1:], strict=False)):
        facets = []
        for number in columns.facet[start:stop].tolist():
            if number >= 0:
                facets.append([number])
            else:
                facets[-1].append(~number)
        exact = columns.exact_witness.get(i)
        out.append(
            SimpleNamespace(
                words=columns.words[i].copy(), witness=columns.witness[i].copy(), exact=exact, is_bounded=columns.is_bounded[i], facets=facets
            )
        )
    return out


def columns_of(cells, like):
    numbers = [[n if k == 0 else ~n for facet in cell.facets for k, n in enumerate(facet)] for cell in cells]
    return Columns(
        np.array([cell.words for cell in cells], dtype=np.uint64).reshape(len(cells), like.words.shape[1]),
        np.array([cell.witness for cell in cells]).reshape(len(cells), like.witness.shape[1]),
        np.ones(len(cells), dtype=np.bool_),
        np.array([cell.is_bounded for cell in cells], dtype=np.bool_),
        np.cumsum([0, *map(len, numbers)]).astype(np.int64),
        np.array([n for line in numbers for n in line], dtype=np.int32),
        {i: cell.exact for i, cell in enumerate(cells) if cell.exact is not None},
    )


def with_cells(part, cells):
    return geom.Partition(part.network, part.domain, columns_of(cells, part.columns), part.stats, part.seconds)


def drop(rng, part, cells):
    del cells[rng.integers(len(cells))]


def double(rng, part, cells):
    cells.insert(rng.integers(len(cells) + 1), cells[rng.integers(len(cells))])


def flip_code_bit(rng, part, cells):
    unit = rng.integers(part.network.n_units)
    layer, k = part.network.layer_of(int(unit))
    word = sum(-(-width // 64) for width in part.network.widths[:layer]) + k // 64
    cells[rng.integers(len(cells))].words[word] ^= np.uint64(1 << k % 64)


def set_bit_beyond_the_units(rng, part, cells):
    cells[rng.integers(len(cells))].words[-1] |= np.uint64(1 << 63)


def move_witness_into_another_cell(rng, part, cells):
    one, other = rng.choice(len(cells), size=2, replace=False)
    cells[one].witness, cells[one].exact = cells[other].witness, cells[other].exact


def move_witness_out_of_the_domain(rng, part, cells):
    a, b = part.domain.hrep(exact=True)
    wall = rng.integers(len(b))
    step = as_fractions(a[wall])
    cell = cells[rng.integers(len(cells))]
    inside = as_fractions(cell.witness)
    cell.witness, cell.exact = np.array([float(v) for v in inside + step * (abs(b[wall] - a[wall] @ inside) * 2 / (step @ step))]), None


def move_witness_onto_a_facet(rng, part, cells):
    """To a vertex, exactly."""
    i = int(rng.integers(len(cells)))
    vertices = part[i].vrep(exact=True)[0]
    cells[i].exact = tuple(vertices[rng.integers(len(vertices))])
    cells[i].witness = np.array([float(v) for v in cells[i].exact])


def remove_facet(rng, part, cells):
    facets = cells[rng.integers(len(cells))].facets
    del facets[rng.integers(len(facets))]


def add_facet(rng, part, cells):
    cells[rng.integers(len(cells))].facets.append([int(rng.integers(n_constraints(part)))])


def relabel_facet(rng, part, cells):
    facets = cells[rng.integers(len(cells))].facets
    facet = facets[rng.integers(len(facets))]
    facet[rng.integers(len(facet))] = int(rng.choice([n for n in range(n_constraints(part) + 1) if n not in facet]))


def lengthen_facet(rng, part, cells):
    facets = cells[rng.integers(len(cells))].facets
    facet = facets[rng.integers(len(facets))]
    facet.append(int(rng.choice([n for n in range(n_constraints(part) + 1) if n not in facet])))


def flip_is_bounded(rng, part, cells):
    cell = cells[rng.integers(len(cells))]
    cell.is_bounded = not cell.is_bounded


def n_constraints(part):
    return part.n_walls + part.network.n_units


CORRUPTIONS = {
    drop: lambda part: True,
    double: lambda part: True,
    flip_code_bit: lambda part: part.network.n_units,
    set_bit_beyond_the_units: lambda part: part.network.n_units and part.network.widths[-1] % 64,
    move_witness_into_another_cell: lambda part: len(part) > 1,
    move_witness_out_of_the_domain: lambda part: len(part.domain.hrep(exact=True)[1]),
    move_witness_onto_a_facet: lambda part: part.is_bounded.all(),
    remove_facet: lambda part: True,
    add_facet: lambda part: True,
    relabel_facet: lambda part: True,
    lengthen_facet: lambda part: True,
    flip_is_bounded: lambda part: True,
}


@pytest.mark.parametrize("name", VICTIMS)
def test_victims_are_accepted_before_they_are_harmed(name, victims):
    part = victims[name]
    assert geom.check(with_cells(part, cells_of(part.columns)), sample=None).proven


@pytest.mark.parametrize("number", range(len(VICTIMS) * len(CORRUPTIONS)))
def test_every_corruption_is_rejected(number, victims):
    part = victims[list(VICTIMS)[number % len(VICTIMS)]]
    possible = [corrupt for corrupt, is_possible in CORRUPTIONS.items() if is_possible(part)]
    corrupt = possible[number // len(VICTIMS) % len(possible)]
    cells = cells_of(part.columns)
    corrupt(np.random.default_rng(number), part, cells)
    report = geom.check(with_cells(part, cells), sample=None)
    assert not report.ok
    assert not report.proven
    assert report.n_failures >= len(report.failures) >= 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda c: c._replace(words=c.words[:, :0]), "the column words has shape (7, 0); 7 cells of this network have (7, 1)"),
        (lambda c: c._replace(witness=c.witness[:-1]), "the column witness has shape (6, 2); 7 cells of this network have (7, 2)"),
        (lambda c: c._replace(is_bounded=c.is_bounded[1:]), "the column is_bounded has shape (6,)"),
        (lambda c: c._replace(facet=c.facet[:-1]), "facet_at does not divide facet among the cells"),
        (lambda c: c._replace(exact_witness={9: c.witness[0]}), "an exact witness is stored for cell 9"),
        (lambda c: c._replace(witness=np.full_like(c.witness, np.nan)), "the witness is NaN or infinite"),
        (lambda c: c._replace(facet=~c.facet), "the first facet begins with a constraint that continues one"),
        (lambda c: c.head(0), "there are no cells, but a domain has at least one"),
    ],
)
def test_columns_that_do_not_fit_together_are_rejected_in_words(change, reason):
    part = geom.subdivide(net(([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]], [0.0, 0.0, -0.5])), geom.Box([-1, -1], [1, 1]))
    report = geom.check(geom.Partition(part.network, part.domain, change(part.columns), part.stats, part.seconds))
    assert not report.ok
    assert reason in reasons(report)[0]


def test_reasons_name_cell_unit_and_wall():
    part = geom.subdivide(net(([[1.0], [1.0]], [0.5, -0.5])), geom.Box([-1], [1]))
    cells = cells_of(part.columns)
    del cells[1]
    assert reasons(geom.check(with_cells(part, cells))) == [
        "cell 0: no cell has the code across the facet of unit 0",
        "cell 1: no cell has the code across the facet of unit 1",
        "partition: the volumes add up to 0.5 of the domain's",
    ]
    cells = cells_of(part.columns)
    cells[0].witness[:] = 2
    assert reasons(geom.check(with_cells(part, cells))) == ["cell 0: the witness does not lie strictly on the cell's side of wall 1"]


def test_a_witness_on_the_border_of_its_cell_is_rejected():
    part = geom.subdivide(net(([[1.0], [1.0]], [0.5, -0.5])), geom.Box([-1], [1]))
    for point, reason in ((-0.5, "unit 0"), (-1.0, "wall 0")):
        cells = cells_of(part.columns)
        cells[0].witness[:] = point
        assert reasons(geom.check(with_cells(part, cells))) == [f"cell 0: the witness does not lie strictly on the cell's side of {reason}"]


def test_a_unit_that_vanishes_identically_must_have_code_0():
    part = subdivided(BY_NAME["relu of relu"])  # where x < 0 the second unit is relu(0)
    part.columns.words[0, 1] = 1
    assert reasons(geom.check(part))[0] == "cell 0: unit 1 vanishes identically but has code 1"


def test_a_domain_of_another_dimension_is_named():
    part = geom.subdivide(net(([[1.0]], [0.0])), geom.Box([-1], [1]))
    report = geom.check(geom.Partition(part.network, geom.Box([-1, -1], [1, 1]), part.columns, part.stats, part.seconds))
    assert reasons(report) == ["partition: the network takes 1 inputs but the domain has 2 dimensions"]
    assert not report.checked


def test_a_partition_cut_short_is_of_right_cells_that_do_not_close():
    with pytest.raises(geom.BudgetExceeded) as stopped:
        geom.subdivide(gaussian(0, 2, 20), geom.Box([-1, -1], [1, 1]), budget={"cells": 10})
    part = stopped.value.partial
    assert geom.check(part, level="cells").ok
    assert not geom.check(part, level="cells").proven
    assert any("no cell has the code across" in reason for reason in reasons(geom.check(part)))


def test_failures_are_counted_beyond_those_that_are_listed():
    part = geom.subdivide(gaussian(0, 2, 30), geom.Box([-1, -1], [1, 1]))
    part.columns.witness[:] = 5
    report = geom.check(part)
    assert report.n_failures == len(part) > len(report.failures) == MAX_FAILURES
    assert report.facts()[-1] == ("", f"and {len(part) - MAX_FAILURES} more")


# --- samples and levels --------------------------------------------------------------------------------------------------------------------------


def test_a_sample_proves_nothing_and_is_repeatable():
    part = geom.subdivide(gaussian(0, 2, 20), geom.Box([-1, -1], [1, 1]))
    report = geom.check(part, sample=10, seed=3)
    assert report.ok
    assert not report.proven
    assert report.checked == {"cells": 10, "closure": 10}
    part.columns.is_bounded[:] = False
    one, same, other = (geom.check(part, sample=10, seed=seed).failures for seed in (3, 3, 4))
    assert one == same != other


def test_progress_is_told_after_each_cell():
    told = []
    geom.check(geom.subdivide(net(([[1.0], [1.0]], [0.5, -0.5])), geom.Box([-1], [1])), progress=lambda cells, seconds: told.append(cells))
    assert told == [1, 2, 3]


def test_twins_are_found_outside_the_sample():
    part = geom.subdivide(gaussian(0, 2, 20), geom.Box([-1, -1], [1, 1]))
    cells = cells_of(part.columns)
    cells.append(cells[5])
    assert f"cell {len(part)}: has the code of cell 5" in reasons(geom.check(with_cells(part, cells), sample=1, level="cells"))


@pytest.mark.parametrize(("level", "levels"), [("cells", ["cells"]), ("closure", ["cells", "closure"]), ("volume", ["cells", "closure", "volume"])])
def test_each_level_stands_on_those_below(level, levels):
    part = geom.subdivide(gaussian(0, 4, 5), geom.Box([-1] * 4, [1] * 4))
    report = geom.check(part, level=level)
    assert report.checked == dict.fromkeys(levels, len(part))
    assert report.proven == (level != "cells")
    assert repr(report).startswith(f"Report(accepted: all {len(part)} cells, {level}; ")


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"level": "angles"}, "level 'angles' is none of cells, closure, volume"),
        ({"sample": 0}, r"sample, the most cells to check \(None: all\), must be a whole number, at least 1; got 0"),
        ({"level": "volume", "sample": 2}, "volumes add up over all 3 cells only"),
    ],
)
def test_impossible_wishes_are_refused(options, reason):
    part = geom.subdivide(net(([[1.0], [1.0]], [0.5, -0.5])), geom.Box([-1], [1]))
    with pytest.raises(geom.GeomError, match=reason):
        geom.check(part, **options)


def test_only_partitions_and_readable_files_are_checked(tmp_path):
    with pytest.raises(geom.DomainError, match="bounded domain"):
        geom.check(geom.subdivide(net(([[1.0]], [0.0]))), level="volume")
    with pytest.raises(geom.GeomError, match=r"expected a geom\.Partition or the path of a saved one, got int"):
        geom.check(3)
    with pytest.raises(geom.LoadError, match="no such file"):
        geom.check(tmp_path / "none.npz")
    with pytest.raises(geom.NetworkError, match="up to 3 pieces"):
        Composer(geom.Network([geom.Layer(np.eye(3), np.zeros(3), [[0, 1, 2]], [[1, 1, 1]])]), geom.Box([0] * 3, [1] * 3))


# --- its own parts -------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(16))
def test_the_code_across_is_that_of_the_exact_jet(seed):
    part = subdivided(random_problem(seed))
    composer = Composer(part.network, part.domain)
    n_walls = len(composer.walls)
    for cell in part:
        code = cell.code.tolist()
        rows = composer.rows(code)
        vertices = cell.vrep(exact=True)[0]
        for facet in cell.facets:
            if facet.walls:
                continue
            row = rows[n_walls + facet.units[0]]
            normal, constant = [int(v) for v in row[:-1]], int(row[-1])
            on = np.array([v for v in vertices if v @ normal + constant == 0])
            vanishing = {k for k, unit_row in enumerate(rows[n_walls:]) if not any(unit_row)}
            found = code_across(composer.layers, composer.first, code, {*facet.units} | vanishing, outwards(row))
            assert found == part.network.exact_code_towards(on.mean(axis=0), [[-v for v in normal]]).tolist()


def test_directions_lead_out_however_large_the_numbers():
    rng = np.random.default_rng(0)
    for _ in range(200):
        row = [int(rng.integers(-9, 10)) << int(rng.integers(0, 200)) for _ in range(4)]
        if any(row[:-1]):
            assert sum(a * v for a, v in zip(row, outwards(row), strict=False)) < 0


@pytest.mark.parametrize("proposed", [[], [0], [4], [0, 1, 2, 3, 4, 5], [17]], ids=str)
def test_any_proposal_leads_to_the_same_shape(proposed):
    rows = [(1, 0, 1), (-1, 0, 1), (0, 1, 1), (0, -1, 1), (1, 1, 5), (-1, -1, 2), (0, 0, 0)]
    solid = Solid.of(rows, (0, 0, 1), proposed)
    assert sorted(solid.facets.values()) == [[0], [1], [2], [3]]
    assert sorted(solid.points()) == sorted(product((-1, 1), repeat=2))


@pytest.mark.parametrize("seed", range(8))
def test_facets_need_no_proposal(seed):
    part = subdivided(random_problem(seed))
    composer = Composer(part.network, part.domain)
    for cell in list(part)[:20]:
        rows = composer.rows(cell.code)
        point = integer_row([*(cell.exact_witness or as_fractions(cell.witness)), as_fractions([1])[0]])
        bare = Solid.of(rows, point)
        assert sorted(bare.facets.values()) == sorted(sorted([*facet.walls, *(part.n_walls + unit for unit in facet.units)]) for facet in cell.facets)


def test_a_unit_of_one_piece_has_a_row_of_zeros():
    layer = geom.Layer([[1, 0], [0, 3]], [5, -1], [[0, -1], [1, 1]], [[1, 0], [0, 1]])  # x + 5, and relu(3 y - 1)
    composer = Composer(geom.Network([layer, geom.Layer.linear([[1, 1]], [0])]), geom.Box([0, 0], [1, 1]))
    assert composer.rows([0, 1])[4:] == [(0, 0, 0), (0, 3, -1)]


@pytest.mark.parametrize(
    ("weights", "holds"),
    [((2, 1), True), ((4, 2), True), ((1, 1), False), ((2, 1, 0), False), ((2,), False), ((-2, -1), False), ((0, 0), False), ((), False)],
)
def test_a_certificate_is_weights_none_negative_that_add_up_to_a_contradiction(weights, holds):
    rows = [(-1, 0), (2, -1)]  # -x >= 0 and 2 x - 1 >= 0
    assert Farkas(tuple(map(Fraction, weights))).holds(rows) == holds


def test_a_certificate_needs_a_negative_constant_and_weights_of_one_sign():
    assert not Farkas((Fraction(2), Fraction(1))).holds([(-1, 0), (2, 0)])  # x = 0 satisfies both
    assert not Farkas((Fraction(1), Fraction(-1))).holds([(1, 0), (1, 1)])  # x >= 0 less x + 1 >= 0 says nothing


ALLOWED = {
    "geom.arguments",
    "geom.doubles",
    "geom.errors",
    "geom.exact",
    "geom.exact.dyadic",
    "geom.exact.rationals",
    "geom.exact.rounding",
    "geom.exact.rows",
    "geom.networks.layer",
    "geom.networks.network",
    "geom.polyhedra.domain",
    "geom.polyhedra.polyhedron",
    "geom.polyhedra.representations",
    "geom.progress",
    # what makes a network; the next test: none of it is asked
    "geom.networks.forward",
    "geom.networks.perceptron",
    "geom.networks.slices",
    "geom.networks.towards",
}
WEIGHTS = {"hidden", "first", "widths", "input_dim"}  # all that the checker may ask of a network


def imports(path, of_functions):
    """Modules of geom that a file imports when it is loaded, or within its functions; what is for type checkers only is left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inner = {node for function in ast.walk(tree) if isinstance(function, ast.FunctionDef) for node in ast.walk(function)}
    unseen = {node for test in ast.walk(tree) if isinstance(test, ast.If) and "TYPE_CHECKING" in ast.dump(test.test) for node in ast.walk(test)}
    for node in ast.walk(tree):
        if node not in unseen and (node in inner) == of_functions:
            if isinstance(node, ast.ImportFrom):
                assert node.level == 0, "imports are absolute, so that they can be read here"
                yield from [node.module] if node.module != "geom" else [f"geom.{alias.name}" for alias in node.names]
            elif isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)


def test_the_checker_imports_nothing_of_the_engine():
    seen, open_ = set(), {f"geom.proof.{path.stem}" for path in (ROOT / "geom" / "proof").glob("*.py") if path.stem != "__init__"}
    while open_:
        module = open_.pop()
        seen.add(module)
        folder = ROOT / module.replace(".", "/")
        path = folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")
        if module != "geom.networks.forward":  # where networks prove codes in floats, which the checker never asks for: see the next test
            open_ |= {name for name in imports(path, of_functions=False) if name.split(".")[0] == "geom"} - seen
    assert {module for module in seen if not module.startswith("geom.proof.")} <= ALLOWED
    lazily = {name for path in (ROOT / "geom" / "proof").glob("*.py") for name in imports(path, of_functions=True)}
    assert lazily == {"geom.partition.store"}


def test_the_checker_takes_nothing_but_weights_from_a_network_and_nothing_but_what_is_stored_from_a_partition():
    asked = {"network": set(), "part": set()}
    for path in (ROOT / "geom" / "proof").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute):
                owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", None)
                asked.get(owner, set()).add(node.attr)
    assert asked == {"network": WEIGHTS, "part": {"network", "domain", "columns"}}


# --- files and the command line ------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "cells.npz"
    geom.subdivide(gaussian(0, 2, 20), geom.Box([-1, -1], [1, 1])).save(path)
    return path


def run(*args, status=0):
    result = CliRunner().invoke(main, ["check", *map(str, args)])
    assert result.exit_code == status, result.output
    return result


def test_a_saved_partition_is_checked(saved):
    assert geom.check(saved).proven
    found = facts(run(saved).stdout)
    assert found["verdict"].strip() == "accepted, proven: every cell is right and none is missing"
    assert found["checked"].strip() == "all"


def test_the_command_takes_samples_levels_and_seeds(saved):
    found = facts(run(saved, "--sample", 5, "--seed", 7).stdout)
    assert found["checked"].strip() == "5, a random sample (seed 7)"
    assert found["verdict"].strip() == "accepted on a sample: evidence, not a proof"
    assert "level closure" not in facts(run(saved, "--level", "cells").stdout)
    assert facts(run(saved, "--sample", 5, "--all").stdout)["checked"].strip() == "all"


def test_a_rejected_partition_gives_its_reasons_and_status_1(saved):
    part = geom.open(saved)
    part.columns.is_bounded[3] = False
    part.save(saved)
    result = run(saved, status=1)
    assert facts(result.stdout)["failure"].strip() == "cell 3: is bounded, stored otherwise"
    assert result.stderr == "geom: rejected, 1 failure\n"


def test_mistakes_are_one_line_and_status_2(saved, tmp_path):
    (tmp_path / "text.npz").write_text("no archive")
    for args, reason in (
        ([tmp_path / "none.npz"], "no such file"),
        ([tmp_path / "text.npz"], "not an intact .npz archive"),
        ([saved, "--level", "volume", "--sample", 2], "--all on the command line"),
        ([saved, "--sample", 0], "--sample"),
        ([], "Missing argument"),
    ):
        stderr = run(*args, status=2).stderr
        assert reason in stderr
        assert stderr.count("\n") == 1
    assert "Example" in run("--help").stdout


@pytest.mark.slow
@pytest.mark.skipif(not ACASXU.is_dir(), reason="the ACAS Xu files are not here")
def test_a_thousand_cells_of_acas_xu_are_accepted(tmp_path):
    domain, _ = geom.load_vnnlib(ACASXU / "prop_3.vnnlib")
    geom.subdivide(geom.load(ACASXU / "ACASXU_run2a_1_1_batch_2000.onnx"), domain).save(tmp_path / "cells.npz")
    report = geom.check(tmp_path / "cells.npz")
    assert report.ok, reasons(report)
    assert report.checked == {"cells": 1000, "closure": 1000}
