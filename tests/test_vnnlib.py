"""Property files: their syntax, what they mean, and the ten of ACAS Xu."""

from __future__ import annotations

import pickle
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from geom.errors import DomainError, LoadError, NetworkError
from geom.loaders import FlatBox, OutputProperty, load_vnnlib
from geom.loaders.sexpr import parse
from geom.networks.network import Network
from geom.polyhedra.domain import Box, HPolytope

ACAS_XU = Path(__file__).parents[2] / "shared" / "data" / "acasxu"
HEAD = """; a property
(declare-const X_0 Real)
(declare-const X_1 Real)
(declare-const Y_0 Real)
(declare-const Y_1 Real)
"""
UNIT = "(assert (and (>= X_0 0) (<= X_0 1) (>= X_1 0) (<= X_1 1)))\n"


def read(folder, text):
    path = folder / "p.vnnlib"
    path.write_text(text)
    return load_vnnlib(path)


def unsafe(folder, formula):
    """C and d, as lists, of each polyhedron of the outputs that a formula describes."""
    _, outputs = read(folder, HEAD + UNIT + f"(assert {formula})")
    return [(c.tolist(), d.tolist()) for c, d in outputs.polyhedra]


# File: number of boxes, and how many rows each polyhedron of unsafe outputs has, as one reads in the files.
MEANING = {1: (1, [1]), 2: (1, [4]), 3: (1, [4]), 4: (1, [4]), 5: (1, [1] * 4), 6: (2, [1] * 4), 7: (1, [3, 3]), 8: (1, [2] * 3), 9: (1, [1] * 4)}
MEANING[10] = (1, [1] * 4)


@pytest.mark.skipif(not ACAS_XU.exists(), reason="the ACAS Xu properties are not here")
@pytest.mark.parametrize("number", MEANING)
def test_the_properties_of_acas_xu_are_boxes_and_polyhedra(number):
    domain, outputs = load_vnnlib(ACAS_XU / f"prop_{number}.vnnlib")
    boxes = domain if isinstance(domain, tuple) else (domain,)
    assert {type(box) for box in boxes} == ({FlatBox} if number == 4 else {Box})
    assert (len(boxes), [len(d) for _, d in outputs.polyhedra]) == MEANING[number]
    assert {box.dim for box in boxes} == {outputs.dim} == {5}


@pytest.mark.skipif(not ACAS_XU.exists(), reason="the ACAS Xu properties are not here")
def test_the_first_property_of_acas_xu_says_that_an_output_is_large():
    domain, outputs = load_vnnlib(ACAS_XU / "prop_1.vnnlib")
    assert [str(v) for v in domain.exact_high] == ["679857769/1000000000", "1/2", "1/2", "1/2", "-9/20"]
    assert outputs.contains([[4.0, 0, 0, 0, 0], [3.9, 9, 9, 9, 9]]).tolist() == [True, False]


@pytest.mark.skipif(not ACAS_XU.exists(), reason="the ACAS Xu properties are not here")
def test_the_seventh_property_of_acas_xu_says_that_a_strong_turn_is_least():
    _, outputs = load_vnnlib(ACAS_XU / "prop_7.vnnlib")
    scores = np.random.default_rng(0).standard_normal((200, 5))
    assert (outputs.contains(scores) == (scores[:, 3:].min(axis=1) <= scores[:, :3].min(axis=1))).all()


def test_decimals_are_exact(tmp_path):
    bounds = "(assert (and (>= X_0 0.1) (<= X_0 1e-1) (<= X_1 +.3) (>= X_1 -2.50)))"
    domain, outputs = read(tmp_path, HEAD + bounds + "(assert (<= Y_0 3.991125645861615))")
    assert domain.exact_low.tolist() == [Fraction(1, 10), Fraction(-5, 2)]
    assert domain.exact_high.tolist() == [Fraction(1, 10), Fraction(3, 10)]
    assert outputs.polyhedra[0][1].tolist() == [Fraction(3991125645861615, 10**15)]


@pytest.mark.parametrize(
    ("formula", "row", "bound"),
    [
        ("(<= Y_0 2)", [1, 0], 2),
        ("(>= Y_0 2)", [-1, 0], -2),
        ("(<= 2 Y_0)", [-1, 0], -2),
        ("(>= Y_0 Y_1)", [-1, 1], 0),
        ("(<= (+ Y_0 Y_1 1) 3)", [1, 1], 2),
        ("(<= (- Y_0 Y_1 1) 3)", [1, -1], 4),
        ("(<= (- Y_1) 0.5)", [0, -1], Fraction(1, 2)),
        ("(<= (* 0.1 Y_0) (* Y_1 2 3))", [Fraction(1, 10), -6], 0),
        ("(>= (+ (* 2 (- Y_0 Y_1)) (* 2 3)) Y_0)", [-1, 2], 6),
        ("(<= (+ Y_0 Y_1) Y_1)", [1, 0], 0),
    ],
)
def test_an_inequality_is_a_row_and_a_bound(tmp_path, formula, row, bound):
    assert unsafe(tmp_path, formula) == [([row], [bound])]


A, B, C, D = "(<= Y_0 0)", "(<= Y_0 1)", "(<= Y_0 2)", "(<= Y_0 3)"


@pytest.mark.parametrize(
    ("formula", "bounds"),
    [
        (f"(and {A} {B})", [[0, 1]]),
        (f"(or {A} {B})", [[0], [1]]),
        (f"(and {A} (or {B} {C}))", [[0, 1], [0, 2]]),
        (f"(or {A} (and {B} (or {C} {D})))", [[0], [1, 2], [1, 3]]),
        (f"(and (or {A} {B}) (or {C} {D}))", [[0, 2], [0, 3], [1, 2], [1, 3]]),
        (f"(or {A} {A})", [[0]]),
        (f"(and {A} {A})", [[0]]),
    ],
)
def test_a_formula_is_a_union_of_conjunctions(tmp_path, formula, bounds):
    assert [d for _, d in unsafe(tmp_path, formula)] == bounds


def test_assertions_hold_all_at_once(tmp_path):
    _, outputs = read(tmp_path, HEAD + UNIT + f"(assert (or {A} {B}))(assert (or {C} {D}))")
    assert [d.tolist() for _, d in outputs.polyhedra] == [[0, 2], [0, 3], [1, 2], [1, 3]]


def test_the_tightest_of_several_bounds_counts(tmp_path):
    domain, _ = read(tmp_path, HEAD + UNIT + "(assert (<= (* 4 X_0) 2)) (assert (>= (* -1 X_1) -0.75)) (assert (<= X_0 7))")
    assert domain.exact_high.tolist() == [Fraction(1, 2), Fraction(3, 4)]


def test_a_file_that_says_nothing_of_outputs_means_all_of_them(tmp_path):
    _, outputs = read(tmp_path, HEAD + UNIT)
    assert outputs.contains([[1e300, -1e300]]).all()


def test_conditions_that_couple_inputs_make_a_polytope(tmp_path):
    domain, _ = read(tmp_path, HEAD + UNIT + "(assert (<= (+ X_0 X_1) 1.5))")
    assert isinstance(domain, HPolytope)
    assert domain.contains([[0.5, 0.5], [0.9, 0.9]]).tolist() == [True, False]
    assert Fraction(3, 2) in domain.hrep(exact=True)[1]


def test_a_choice_of_inputs_is_a_tuple_of_domains(tmp_path):
    domain, _ = read(tmp_path, HEAD + UNIT + "(assert (or (<= X_0 0.5) (<= (+ X_0 X_1) 1) (>= X_0 0.75)))")
    assert [type(part) for part in domain] == [Box, HPolytope, Box]


def test_inputs_and_outputs_may_stand_in_one_formula_when_they_come_apart(tmp_path):
    text = HEAD + UNIT + f"(assert (or (and (<= X_0 0.5) {A}) (and (<= X_0 0.5) {B}) (and (>= X_0 0.5) {B}) (and (>= X_0 0.5) {A})))"
    domain, outputs = read(tmp_path, text)
    assert (len(domain), len(outputs.polyhedra)) == (2, 2)


@pytest.mark.parametrize("formula", [f"(or (and (<= X_0 0.5) {A}) (and (>= X_0 0.5) {B}))", f"(or (<= X_0 0.5) {A})"])
def test_other_outputs_for_other_inputs_are_refused(tmp_path, formula):
    with pytest.raises(LoadError, match="line 7: couples inputs and outputs"):
        read(tmp_path, HEAD + UNIT + f"(assert {formula})")


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        ("(< Y_0 1)", r"\(< \.\.\.\) is not a formula of <=, >=, and, or"),
        ("(not (<= Y_0 1))", r"\(not \.\.\.\) is not a formula"),
        ("true", "'true' is not a formula"),
        ("()", r"\(\.\.\.\) is not a formula"),
        ("(and)", "'and' has no operands"),
        ("(or)", "'or' has no operands"),
        ("(<= Y_0 1 2)", "'<=' has 3 operands; it takes 2"),
        ("(<= Y_2 1)", "'Y_2' is neither a declared variable nor a decimal number"),
        ("(<= Y_0 1/3)", "'1/3' is neither"),
        ("(<= Y_0 nan)", "'nan' is neither"),
        ("(<= Y_0 1e999999999)", "'1e999999999' is neither"),
        (f"(<= Y_0 {'9' * 6000})", "is out of range"),
        ("(<= Y_0 (/ 1 3))", r"\(/ \.\.\.\) is not a linear term of \+, -, \*"),
        ("(<= Y_0 (+))", r"\(\+ \.\.\.\) is not a linear term"),
        ("(<= (* Y_0 Y_1) 1)", "multiplies variables"),
        ("(<= 0 1)", "compares constants"),
        ("(<= Y_0 Y_0)", "compares constants"),
        ("(<= X_0 Y_0)", "an inequality has inputs and outputs in it"),
        (f"(and {' '.join([f'(or {A} {B})'] * 13)})", "the formula has 8,192 cases"),
    ],
)
def test_a_formula_that_is_not_read_is_refused_with_its_line(tmp_path, formula, reason):
    with pytest.raises(LoadError, match=f"line 8: .*{reason}") as caught:
        read(tmp_path, HEAD + UNIT + f"\n(assert {formula})")
    assert str(caught.value).startswith(f"{tmp_path / 'p.vnnlib'}: ")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (HEAD + "(assert (<= X_0 1)", r"line 6: '\(' is never closed"),
        (HEAD + ")", r"line 6: '\)' closes nothing"),
        (HEAD + "(" * 200, "line 6: parentheses are nested deeper than 100"),
        (HEAD + "(check-sat)", r"line 6: \(check-sat \.\.\.\) is neither a declare-const nor an assert"),
        (HEAD + "word", "line 6: 'word' is neither"),
        (HEAD + "(assert)", "line 6: an assert takes one formula, not 0"),
        (HEAD + "(declare-const X_0 Real)", "line 6: X_0 is declared on line 2 already"),
        (HEAD + "(declare-const X_3 Real)", "line 6: declares X_3, but only 3 of the names X_0, X_1"),
        (HEAD + "(declare-const Z_0 Real)", r"line 6: expected \(declare-const X_i Real\)"),
        (HEAD + "(declare-const X_2 Int)", "line 6: expected"),
        (HEAD + "(declare-const (X_2) Real)", "line 6: expected"),
        ("(declare-const X_0 Real)", "declares no output Y_0"),
        ("(declare-const Y_0 Real)", "declares no input X_0"),
        ("; nothing", "declares no input X_0"),
    ],
)
def test_a_file_that_is_no_property_is_refused_with_the_line(tmp_path, text, reason):
    with pytest.raises(LoadError, match=reason):
        read(tmp_path, text)


def test_a_property_has_to_be_a_text_file_that_is_there(tmp_path):
    with pytest.raises(LoadError, match="no such file"):
        load_vnnlib(tmp_path / "absent.vnnlib")
    (tmp_path / "p.vnnlib").write_bytes(b"\xff\xfe")
    with pytest.raises(LoadError, match="is not a text file"):
        load_vnnlib(tmp_path / "p.vnnlib")


@pytest.mark.parametrize(
    ("bounds", "reason"),
    [
        ("(assert (>= X_0 0))", "X_0 has no upper bound"),
        ("", "X_0 has no lower bound"),
        (UNIT + "(assert (<= X_1 -1))", "inverted .* in coordinate 1"),
        (UNIT + "(assert (<= (+ X_0 X_1) -1))", "the polytope is empty"),
        ("(assert (<= (+ X_0 X_1) 1))", "the polyhedron is unbounded"),
        (UNIT + "(assert (<= X_0 0)) (assert (<= X_1 0))", "a single point"),
    ],
)
def test_inputs_that_are_unbounded_or_contradictory_are_refused_with_the_file(tmp_path, bounds, reason):
    with pytest.raises(DomainError, match=reason) as caught:
        read(tmp_path, HEAD + bounds)
    assert str(caught.value).startswith(f"{tmp_path / 'p.vnnlib'}: the domain of inputs: ")


def test_lines_are_counted_through_comments():
    expressions = parse("p", "; one (\n(a ; two )\n b) c")
    assert [(str(e), e.line) for e in expressions] == [("(a ...)", 2), ("'c'", 3)]


def test_outputs_are_compared_exactly():
    # 0.1 the double is above one tenth, 0.3 the double is below three tenths.
    outputs = OutputProperty((([[1]], ["0.1"]), ([[-1]], ["-0.3"])), dim=1)
    points = [[0.1], [np.nextafter(0.1, 0)], [0.3], [np.nextafter(0.3, 1)]]
    assert outputs.contains(points).tolist() == [False, True, False, True]


def test_no_polyhedra_mean_no_outputs_and_no_rows_all():
    assert not OutputProperty((), dim=2).contains([[0.0, 0.0]]).any()
    assert OutputProperty(((np.zeros((0, 2)), []),), dim=2).contains([[0.0, 0.0]]).all()


def test_an_output_property_survives_pickling_and_cannot_be_changed():
    outputs = OutputProperty((([[1, 2]], [3]),), dim=2)
    copy = pickle.loads(pickle.dumps(outputs))
    assert (copy.polyhedra[0][0].tolist(), repr(copy)) == ([[1, 2]], "OutputProperty(2 outputs, 1 polyhedron, 1 row)")
    with pytest.raises(ValueError, match="read-only"):
        outputs.polyhedra[0][0][0, 0] = Fraction(0)


@pytest.mark.parametrize(
    ("polyhedra", "reason"),
    [
        ((([[1, 2]], [3, 4]),), r"polyhedron 0: C has shape \(1, 2\) and d \(2,\)"),
        ((([[1]], [3]),), r"expected \(m, 2\)"),
        ((([[1, np.nan]], [3]),), "polyhedron 0: nan is not a finite number"),
    ],
)
def test_an_output_property_of_wrong_numbers_is_refused(polyhedra, reason):
    with pytest.raises(DomainError, match=reason):
        OutputProperty(polyhedra, dim=2)


@pytest.mark.parametrize("y", [[0.0, 0.0], [[0.0]], [[np.nan, 0.0]]])
def test_outputs_of_another_shape_or_nan_are_refused(y):
    with pytest.raises(DomainError, match="output"):
        OutputProperty((), dim=2).contains(y)


def test_a_flat_box_restricts_a_network_exactly():
    net = Network.mlp([[[0.1, 0.2, 0.3]], [[1.0]]], [[0.7], [0.0]])
    flat = FlatBox([0, 0.1, "-0.1"], [1, 0.1, 0])
    restricted = flat.restrict(net)
    assert (flat.free, flat.fixed, restricted.input_dim) == ((0, 2), (1,), 2)
    assert restricted.hidden[0].weight.fractions().tolist() == [[Fraction(0.1), Fraction(0.3)]]
    assert restricted.hidden[0].bias.fractions().tolist() == [[Fraction(0.2) * Fraction(0.1) + Fraction(0.7)]]
    assert flat.embed([[0.5, -0.25]]).tolist() == [[0.5, 0.1, -0.25]]


def test_a_flat_box_contains_its_points_exactly():
    flat = FlatBox([0, "0.5"], ["0.1", "0.5"])
    assert flat.contains([[0.05, 0.5], [0.1, 0.5], [0.05, np.nextafter(0.5, 1)]]).tolist() == [True, False, False]
    with pytest.raises(DomainError, match=r"points must be \(n, 2\)"):
        flat.contains([0.0, 0.0])


@pytest.mark.parametrize(
    ("low", "high", "reason"),
    [
        ([0], [1], "take geom.Box"),
        ([0], [0], "a single point"),
        ([0, 1], [0, 0], "inverted .* in coordinate 1"),
        ([0, 0], [0], "low has 2 entries and high has 1"),
        ([np.nan], [0], "not a finite number"),
    ],
)
def test_a_flat_box_is_flat_and_a_box(low, high, reason):
    with pytest.raises(DomainError, match=reason):
        FlatBox(low, high)


def test_a_flat_box_refuses_a_network_that_it_cannot_restrict_exactly():
    net = Network.mlp([[[1.0, 1.0]]], [[0.0]])
    with pytest.raises(DomainError, match=r"coordinate 1 is fixed at 1/10, .* fix it at a double"):
        FlatBox([0, "0.1"], [1, "0.1"]).restrict(net)
    with pytest.raises(NetworkError, match="takes 2 inputs but the box has 3 dimensions"):
        FlatBox([0, 0, 0], [1, 1, 0]).restrict(net)
