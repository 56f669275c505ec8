"""What a user is told when something is wrong: one line that says what, where, and what to do, from an error of the class of the wrong thing."""

import io
import os
import pickle
import resource
import signal
import sys
from contextlib import contextmanager
from functools import cache

import numpy as np
import pytest
from click.testing import CliRunner
from scipy.sparse import csr_array

import geom
from geom.commands.cli import main

DomainError, GeomError, LoadError, NetworkError, NotFound, SaveError = (
    geom.DomainError,
    geom.GeomError,
    geom.LoadError,
    geom.NetworkError,
    geom.NotFound,
    geom.SaveError,
)
BOX = geom.Box([-1, -1], [1, 1])
THREE = [[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]


@cache
def net():
    """Three lines cut the box [-1, 1]^2 into seven cells."""
    return geom.Network.mlp([THREE, [[1.0, 1.0, 1.0], [0.0, 1.0, -1.0]]], [[0.0, 0.0, -0.5], [0.0, 0.25]])


@cache
def part():
    return geom.subdivide(net(), BOX)


@cache
def boundary():
    return part().decision_boundary()


@cache
def many():
    """A network whose walk is not over at the first look at budgets and Ctrl-C, and a box for it."""
    rng = np.random.default_rng(0)
    sizes = [(24, 4), (24, 24), (2, 24)]
    return geom.Network.mlp([rng.normal(size=size) for size in sizes], [rng.normal(size=n) for n, _ in sizes]), geom.Box([-2] * 4, [2] * 4)


def wide(n):
    return geom.Network.mlp([np.eye(n), np.ones((1, n))], [np.zeros(n), [0.0]])


def ranked(pieces):
    """One maxout unit of so many pieces."""
    hidden = geom.Layer(np.arange(2.0 * pieces).reshape(pieces, 2), np.zeros(pieces), [range(pieces)], np.ones((1, pieces)))
    return geom.Network([hidden, geom.Layer.linear([[1.0]], [0.0])])


def mlp(weight, bias=(0.0, 0.0), activation="relu"):
    return geom.Network.mlp([weight, [[1.0, 1.0]]], [bias, [0.0]], activation)


def never(value):
    """Outputs (n, 2) with f_0 beyond a value that it does not reach."""
    return geom.OutputProperty([([[-1, 0]], [-value])], dim=2)


def press_ctrl_c(cells, seconds):
    os.kill(os.getpid(), signal.SIGINT)


def saved(tmp, **changes):
    """A saved partition in which arrays have been changed."""
    part().save(tmp / "cells.npz")
    with np.load(tmp / "cells.npz") as archive:
        arrays = {key: archive[key] for key in archive.files}
    np.savez(tmp / "cells.npz", **arrays | changes)
    return tmp / "cells.npz"


def flipped(tmp):
    """A saved partition with one byte changed, and the archive's own checksum repaired."""
    part().save(tmp / "cells.npz")
    with np.load(tmp / "cells.npz") as archive:
        witness = archive["witness"].copy()
    witness.view(np.uint8)[0, 0] ^= 1
    return saved(tmp, witness=witness)


def cut_short(tmp):
    part().save(tmp / "cells.npz")
    (tmp / "half.npz").write_bytes((tmp / "cells.npz").read_bytes()[:1500])
    return tmp / "half.npz"


def network_file(tmp, **arrays):
    np.savez(tmp / "net.npz", **{"W0": np.eye(2), "b0": [0.0, 0.0], "W1": [[1.0, 1.0]], "b1": [0.0]} | arrays)
    return tmp / "net.npz"


def text(tmp, name, *lines):
    (tmp / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp / name


def vnnlib(tmp, *lines):
    return text(tmp, "property.vnnlib", "(declare-const X_0 Real)", "(declare-const Y_0 Real)", *lines)


def folder(tmp, name="folder.npz"):
    (tmp / name).mkdir()
    return tmp / name


def latin(tmp):
    (tmp / "latin.vnnlib").write_bytes("(declare-const X_0 Real) ; Maß".encode("latin-1"))
    return tmp / "latin.vnnlib"


def fifo(tmp):
    os.mkfifo(tmp / "pipe.npz")
    return tmp / "pipe.npz"


class HasGradient:
    """As torch's tensors that require a gradient: they refuse to be arrays."""

    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("call detach() first")


class Mute:
    """An object that cannot be shown."""

    def __repr__(self):
        raise RuntimeError("no words")


# Each row: what is done (tmp is an empty folder), the class of the error, and words of the message: what is wrong, where, what to do.
ROWS = [
    # --- networks ---
    (lambda tmp: geom.Network([]), NetworkError, ["at least one geom.Layer"]),
    (lambda tmp: geom.Network(3), NetworkError, ["sequence of layers"]),
    (lambda tmp: geom.Network.mlp([], []), NetworkError, ["at least one", "0 weights and 0 biases"]),
    (lambda tmp: geom.Network.mlp([np.eye(2)] * 2, [[0, 0]]), NetworkError, ["as many biases as weights", "2 weights and 1 biases"]),
    (lambda tmp: geom.Network.mlp(3, None), NetworkError, ["sequences of arrays, one a layer", "int and NoneType"]),
    (lambda tmp: mlp(np.eye(3)), NetworkError, ["layer 0", "3 rows", "2 entries", "equal"]),
    (
        lambda tmp: geom.Network.mlp([np.ones((3, 2)), np.ones((3, 2))], [[0] * 3] * 2),
        NetworkError,
        ["layer 0 puts out 3", "layer 1 takes 2", "(outputs, inputs)"],
    ),
    (lambda tmp: mlp([1.0, 2.0]), NetworkError, ["layer 0: weight", "expected 2 dimensions", "(2,)"]),
    (lambda tmp: mlp([[1, 2], [3]]), NetworkError, ["layer 0: weight", "rows differ in length"]),
    (lambda tmp: mlp([[np.nan, 1.0], [np.inf, 0.0]]), NetworkError, ["layer 0: weight", "2 of 4 entries are NaN or infinite"]),
    (lambda tmp: mlp([[1j, 1], [0, 1]]), NetworkError, ["layer 0: weight", "64 bits", "complex128"]),
    (lambda tmp: mlp([["a", "b"], ["c", "d"]]), NetworkError, ["layer 0: weight", "floats of at most 64 bits or integers"]),
    (lambda tmp: mlp(np.eye(2), activation="relo"), NetworkError, ["layer 0", "'relo'", "known: relu, leaky_relu, abs", "did you mean 'relu'?"]),
    (lambda tmp: mlp(np.eye(2), activation="leaky-relu"), NetworkError, ["'leaky-relu'", "did you mean 'leaky_relu'?"]),
    (lambda tmp: mlp(np.eye(2), activation="tanh"), NetworkError, ["layer 0", "'tanh'", "known: relu, leaky_relu, abs"]),
    (lambda tmp: mlp(np.eye(2), activation=("leaky_relu", 2)), NetworkError, ["slope 2.0", "slopes up to 1"]),
    (lambda tmp: mlp(np.eye(2), activation=["relu"] * 2), NetworkError, ["1 hidden layers but 2 activations"]),
    (lambda tmp: net()([1.0, 2.0]), NetworkError, ["inputs must be (n, 2)", "(2,)", "[[...]]"]),
    (lambda tmp: net()([[1.0, 2.0, 3.0]]), NetworkError, ["inputs must be (n, 2)", "(1, 3)"]),
    (lambda tmp: net()([[0.0, 0.0], [np.nan, 0.0]]), NetworkError, ["NaN or infinite", "row 1 of 2"]),
    (lambda tmp: net()("x"), NetworkError, ["inputs must be numbers of shape (n, 2)", "'x' is no number"]),
    (lambda tmp: net()([[1j, 0]]), NetworkError, ["inputs", "complex"]),
    (lambda tmp: net()(None), NetworkError, ["inputs must be", "(n, 2)"]),
    (lambda tmp: net().code([[10**400, 0]]), NetworkError, ["larger than every double"]),
    (lambda tmp: net().affine([0, 1]), NetworkError, ["3 integers", "(2,)"]),
    (lambda tmp: net().affine([[0, 1, 1]]), NetworkError, ["3 integers", "(1, 3)", "one row at a time"]),
    (lambda tmp: net().affine([0, 1, 2]), NetworkError, ["outside 0..1"]),
    (lambda tmp: net().affine([0, 1, 1], upto="x"), NetworkError, ["upto", "from 0 to 1", "'x'"]),
    (lambda tmp: net().restrict([0, 0], [[1, 0], [2, 0]]), NetworkError, ["2 directions but rank 1", "leave out"]),
    (lambda tmp: net().restrict([0, 0], [["1/3", 0]]), NetworkError, ["1/3 at (0, 0)", "power of two", "multiply its direction by the denominator"]),
    (lambda tmp: geom.plane([0, 0], [1, 1], [2, 2]), NetworkError, ["on one line", "take three points that do not"]),
    (lambda tmp: geom.line(net(), [0, 0], [1]), NetworkError, ["y has 1 coordinates", "takes 2"]),
    (lambda tmp: geom.line("net", [0, 0], [1, 1]), NetworkError, ["expected a geom.Network, got str", "geom.load"]),
    (lambda tmp: mlp([[2**70, 0], [0, 1]]), NetworkError, ["layer 0: weight", "64 bits", "1180591620717411303424 at (0, 0)"]),
    (lambda tmp: mlp(np.array([[1, None], [0, 1]], dtype=object)), NetworkError, ["layer 0: weight", "dtype object", "None at (0, 1)"]),
    (lambda tmp: mlp(csr_array(np.eye(2))), NetworkError, ["layer 0: weight", "sparse", ".toarray()"]),
    (lambda tmp: mlp(np.ma.masked_equal(np.eye(2), 0)), NetworkError, ["layer 0: weight", "masked", ".filled(value)"]),
    (lambda tmp: mlp(np.eye(2), activation=b"relu"), NetworkError, ["activation is a name or one for each hidden layer", "b'relu'"]),
    (lambda tmp: mlp(np.eye(2), activation=("leaky_relu", "a")), NetworkError, ["1 hidden layers but 2 activations", "takes a number"]),
    (lambda tmp: geom.Network.mlp((w for w in [THREE]), iter([[0.0]])), NetworkError, ["sequences of arrays", "generator"]),
    (lambda tmp: net()(row for row in [[0, 0]]), NetworkError, ["inputs", "an object of the class generator is no number"]),
    (lambda tmp: net()(HasGradient()), NetworkError, ["inputs", "call detach() first"]),
    (lambda tmp: net()(np.array([["0x10", 0]], dtype=object)), NetworkError, ["'0x10' at (0, 0) is no number"]),
    (lambda tmp: net()(np.array([[np.longdouble("1e4000"), 0]])), NetworkError, ["NaN or infinite", "row 0 of 1"]),
    (lambda tmp: net().upto(True), NetworkError, ["upto=True", "from 0 to 1"]),
    # --- domains ---
    (lambda tmp: geom.Box("00", "11"), DomainError, ["low: expected a sequence of numbers, got '00'"]),
    (lambda tmp: geom.Box({0, 1}, {2, 3}), DomainError, ["low: expected a sequence of numbers, got {0, 1}"]),
    (lambda tmp: geom.Box({0: 1}, {0: 2}), DomainError, ["low: expected a sequence of numbers, got {0: 1}"]),
    (lambda tmp: geom.Box(HasGradient(), [1]), DomainError, ["low", "call detach() first"]),
    (lambda tmp: geom.Box(Mute(), [1]), DomainError, ["low: expected a sequence of numbers", "Mute"]),
    (lambda tmp: geom.Box(["0", "0"], ["1e999999999999", "1"]), DomainError, ["high", "out of range", "10**5000"]),
    (lambda tmp: geom.HPolytope(csr_array(np.eye(2)), [1, 1]), DomainError, ["A", "sparse", ".toarray()"]),
    (lambda tmp: geom.Box(1, [2]), DomainError, ["low: expected a sequence of numbers, got 1"]),
    (lambda tmp: geom.Box([0, 0], [1]), DomainError, ["low has 2", "high has 1", "equal"]),
    (lambda tmp: geom.Box([], []), DomainError, ["at least 1"]),
    (lambda tmp: geom.Box([0, 1], [1, 0]), DomainError, ["inverted", "coordinate 1", "[1.0, 0.0]", "low comes first"]),
    (lambda tmp: geom.Box([0, 1], [1, 1]), DomainError, ["flat", "coordinate 1", "net.restrict"]),
    (lambda tmp: geom.Box([0, "zero"], [1, 1]), DomainError, ["low", "'zero' is not a finite number"]),
    (lambda tmp: geom.Box([0, np.inf], [1, 1]), DomainError, ["low", "inf is not a finite number"]),
    (lambda tmp: geom.HPolytope([[1, 0], [-1, 0]], [0, -1]), DomainError, ["empty", "exclude each other"]),
    (lambda tmp: geom.HPolytope([[1, 0], [-1, 0]], [0, 0]), DomainError, ["no interior point", "hyperplane", "net.restrict"]),
    (lambda tmp: geom.HPolytope([1, 0], [0]), DomainError, ["A: expected 2 dimensions", "(2,)"]),
    (lambda tmp: geom.HPolytope([[1, 0], [1]], [0, 1]), DomainError, ["A: expected rows of numbers, all of one length"]),
    (lambda tmp: geom.HPolytope([[1, 0]], [0, 1]), DomainError, ["A is (1, 2)", "b has 2 entries", "(m, d)"]),
    (lambda tmp: BOX.contains([0.5, 0.5]), DomainError, ["points must be (n, 2)", "[[...]]"]),
    # --- what is asked of the walk ---
    (lambda tmp: geom.subdivide("x"), NetworkError, ["expected a geom.Network, got str", "geom.load", "geom.from_torch"]),
    (lambda tmp: geom.subdivide(net(), ([0, 0], [1, 1])), DomainError, ["geom.Box", "geom.HPolytope", "None for the whole space", "tuple"]),
    (lambda tmp: geom.subdivide(net(), geom.Box([0], [1])), DomainError, ["takes 2 inputs", "1 dimensions"]),
    (lambda tmp: geom.subdivide(net(), BOX, upto=3), NetworkError, ["upto=3", "1 hidden layer;", "from 0 to 1"]),
    (lambda tmp: geom.subdivide(net(), BOX, workers=4), GeomError, ["workers=4", "only workers=1"]),
    (lambda tmp: geom.subdivide(net(), BOX, engine="fast"), GeomError, ["engine: expected a geom.Engine, got str"]),
    (lambda tmp: geom.subdivide(net(), BOX, budget=10), GeomError, ["budget", "'cells', 'memory', 'seconds'", "{'cells': 1000}", "10"]),
    (lambda tmp: geom.subdivide(net(), BOX, budget={"cell": 10}), GeomError, ["budget", "keys among", "{'cell': 10}"]),
    (lambda tmp: geom.Budget(cells=-1), GeomError, ["cells must be a positive whole number or None", "-1"]),
    (lambda tmp: geom.Budget(seconds=float("nan")), GeomError, ["seconds must be a positive number or None", "nan"]),
    (lambda tmp: geom.subdivide(wide(20), geom.Box([0] * 20, [1] * 20)), DomainError, ["20 dimensions", "at most 16", "net.restrict", "geom.line"]),
    (lambda tmp: geom.subdivide(wide(20)), DomainError, ["20 dimensions", "net.restrict", "geom.line"]),
    (lambda tmp: geom.subdivide(wide(14)), DomainError, ["14 dimensions", "2**12", "give a geom.Box"]),
    (
        lambda tmp: geom.subdivide(ranked(3), BOX),
        NetworkError,
        ["hidden layer 0", "3 pieces", "cannot cut it yet", "geom.distance and geom.bounds can"],
    ),
    (lambda tmp: ranked(300), NetworkError, ["hidden layer 0", "300 pieces", "at most 256"]),
    (lambda tmp: geom.walk(net(), [5, 5], BOX), DomainError, ["x is outside", "Box([-1, 1] x [-1, 1])"]),
    (lambda tmp: geom.estimate(net(), BOX, probes=3), GeomError, ["probes must be a whole number, at least 200", "3"]),
    (lambda tmp: geom.estimate(net(), BOX, confidence=95), GeomError, ["confidence", "between 0 and 1, such as 0.95", "95"]),
    (lambda tmp: geom.segment_statistics(net(), None), DomainError, ["bounded domain", "geom.Box"]),
    # --- limits and Ctrl-C ---
    (
        lambda tmp: geom.subdivide(net(), BOX, budget={"cells": 2}),
        geom.BudgetExceeded,
        ["cells=2", "`partial`, a geom.Partition", "raise the budget"],
    ),
    (lambda tmp: geom.count(net(), BOX, budget={"cells": 2}), geom.BudgetExceeded, ["cells=2", "`partial`, a geom.Count", "raise the budget"]),
    (lambda tmp: geom.count(*many(), budget={"seconds": 1e-9}), geom.BudgetExceeded, ["seconds=1e-09", "`partial`", "smaller domain"]),
    (lambda tmp: geom.count(*many(), budget={"memory": 1}), geom.BudgetExceeded, ["memory=1", "`partial`", "smaller domain"]),
    (lambda tmp: geom.subdivide(*many(), progress=press_ctrl_c), geom.Interrupted, ["interrupted after", "cells", "`partial`, a geom.Partition"]),
    (lambda tmp: geom.count(*many(), progress=press_ctrl_c), geom.Interrupted, ["interrupted after", "`partial`, a geom.Count"]),
    (
        lambda tmp: geom.verify(many()[0], never(10**6), many()[1], progress=press_ctrl_c),
        geom.Interrupted,
        ["interrupted after", "`partial`, a geom.Verification"],
    ),
    (
        lambda tmp: geom.subdivide(net(), BOX).decision_boundary(budget={"cells": 1}),
        geom.BudgetExceeded,
        ["cells=1", "nothing of them is kept", "raise the budget"],
    ),
    (lambda tmp: geom.estimate(*many(), budget={"seconds": 1e-9}), geom.EstimateStopped, ["seconds=1e-09", "too early", "raise the budget"]),
    # --- questions to a partition ---
    (lambda tmp: part()[1000], NotFound, ["no cell 1000", "0..6"]),
    (lambda tmp: part()[1.5], NotFound, ["one whole number, not by 1.5", "0..6"]),
    (lambda tmp: part()[:2], NotFound, ["one whole number", "slice"]),
    (lambda tmp: part()[True], NotFound, ["one whole number, not by True", "0..6"]),
    (lambda tmp: part()[np.array([1])], NotFound, ["one whole number, not by array([1])", "0..6"]),
    (lambda tmp: part()["ä漢"], NotFound, ["not by 'ä漢'"]),
    (lambda tmp: part()[10**5000], NotFound, ["there is no cell", "0..6"]),
    (lambda tmp: part().graph(np.ones(7, dtype=bool)), GeomError, ["list of whole numbers", "(7,) of bool", "np.flatnonzero(mask)"]),
    (lambda tmp: part().cell_at(HasGradient()), DomainError, ["one point of shape (2,)", "call detach() first"]),
    (lambda tmp: part().find([0, 0, 1]), NotFound, ["no cell has the code 001", "part.locate"]),
    (lambda tmp: part().find([0, 1]), NetworkError, ["3 integers", "(2,)"]),
    (lambda tmp: part().locate([0.1, 0.2]), DomainError, ["points must be (n, 2)", "(2,)", "[[...]]"]),
    (lambda tmp: part().locate([["a", "b"]]), DomainError, ["points", "'a' at (0, 0) is no number"]),
    (lambda tmp: part().cell_at([5, 5]), NotFound, ["no cell contains x", "outside Box([-1, 1] x [-1, 1])"]),
    (lambda tmp: part().cell_at([[0, 0]]), DomainError, ["one point of shape (2,)", "(1, 2)", "locate takes many"]),
    (lambda tmp: part().neighbours(99), NotFound, ["no cell 99", "0..6"]),
    (lambda tmp: part().within(0, -1), GeomError, ["k, the number of steps", "at least 0; got -1"]),
    (lambda tmp: part().graph([0, 99]), GeomError, ["0..6", "99"]),
    (lambda tmp: part().select(unit=9), NetworkError, ["unit=9", "3 units", "from 0"]),
    (lambda tmp: part().select(unit=0, piece=2), NetworkError, ["piece=2", "2 pieces", "from 0"]),
    (lambda tmp: part().path([0, 0], [5, 5]), DomainError, ["y = (5, 5) is outside", "wall 1", "take points of the domain"]),
    (lambda tmp: part().decision_boundary(7), NetworkError, ["i=7", "2 outputs", "from 0"]),
    (lambda tmp: part().decision_boundary(1, 1), NetworkError, ["between two classes", "1 twice"]),
    (lambda tmp: part().range(i for i in "ab"), NetworkError, ["a form of outputs", "generator is not a number"]),
    (lambda tmp: part().range([1]), NetworkError, ["c needs 2 numbers, one for each output", "(1,)"]),
    (lambda tmp: part().zero_set([1, "x"]), NetworkError, ["'x' is not a finite number"]),
    (lambda tmp: part().edge(0, 9), NetworkError, ["unit=9", "layer 0 has 3 units", "from 0"]),
    (lambda tmp: part().sites(layer=3), NetworkError, ["layer=3", "1 hidden layer,", "from 0"]),
    (lambda tmp: part().sites(weights=[1, -1, 1]), NetworkError, ["weights of the units of layer 0", "positive"]),
    (lambda tmp: part().refine("x"), NetworkError, ["expected a geom.Network, got str"]),
    (lambda tmp: geom.subdivide(*many(), upto=1).decision_boundary(), GeomError, ["first 1 of 2 hidden layers", "subdivide all of them"]),
    (lambda tmp: geom.subdivide(net())[0].volume(exact=True), DomainError, ["Cell(0, 2 dimensions", "is unbounded", "take volume()"]),
    (lambda tmp: boundary()[99], NotFound, ["no piece 99", "0.."]),
    (lambda tmp: boundary().annotate({}), GeomError, ["graph: expected a networkx.Graph, got dict", "part.graph()"]),
    (lambda tmp: boundary().angle_defects(), GeomError, ["bounded boundaries in 3 dimensions", "2 dimensions"]),
    (lambda tmp: geom.distance("net", [[0, 0]]), NetworkError, ["expected a geom.Network, got str"]),
    (lambda tmp: geom.distance(net(), [[0, 0]], domain=3), DomainError, ["geom.Box", "int"]),
    (lambda tmp: geom.distance(net(), [[0, 0], [9, 9]], domain=BOX), DomainError, ["1 of 2 points", "x[1]", "leave them out"]),
    (lambda tmp: geom.linear_distance(net(), [[0, 0]], i=5), NetworkError, ["i=5", "2 outputs"]),
    (lambda tmp: geom.PowerDiagram([[0, 0]], [1, 2]), GeomError, ["rad", "(2,)", "1 sites"]),
    (lambda tmp: geom.PowerDiagram([[0, 0]], [0]).cell(4), NotFound, ["no site 4", "0..0"]),
    (lambda tmp: geom.check(3), GeomError, ["expected a geom.Partition or the path", "int"]),
    (lambda tmp: geom.check(part(), level=["all"]), GeomError, ["['all']", "cells, closure, volume"]),
    (lambda tmp: geom.check(part(), sample=2.5), GeomError, ["sample", "at least 1", "None: all", "2.5"]),
    (lambda tmp: geom.sites.unit_sites(net(), 0), NetworkError, ["expected a geom.Layer, got Network", "net.hidden"]),
    (lambda tmp: geom.sites.layer_sites(net()), NetworkError, ["expected a geom.Layer, got Network", "net.hidden"]),
    (lambda tmp: geom.sites.whole_diagram(net()), GeomError, ["expected a geom.Partition, got Network", "geom.subdivide"]),
    (lambda tmp: geom.Layer.leaky_relu([[1.0]], [0.0], "steep"), NetworkError, ["slope is a number up to 1", "'steep'"]),
    (lambda tmp: net().exact_code([0, "x"]), NetworkError, ["x:", "'x' is not a finite number"]),
    (lambda tmp: net().exact_code([0]), NetworkError, ["x has 1 coordinates", "takes 2"]),
    (lambda tmp: geom.PowerDiagram([[0, 0]], [0]).power([[0, 0]], [[0], [0, 0]]), GeomError, ["list of integers", "rows differ in length"]),
    (lambda tmp: geom.examples.random_network([2, 1], []), NetworkError, ["unknown init []", "he, xavier"]),
    (lambda tmp: geom.examples.random_network([2, 1], bias_std=None), NetworkError, ["bias_std=None", "at least 0"]),
    (lambda tmp: geom.bounds.validate(net()), GeomError, ["expected a geom.Partition, got Network", "geom.bounds.compare"]),
    (lambda tmp: geom.bounds.table(net())["Cantor"], NotFound, ["'Cantor'", "Zaslavsky 1975"]),
    (lambda tmp: geom.examples.sawtooth(-1), NetworkError, ["depth=-1", "at least 1"]),
    # --- properties ---
    (lambda tmp: geom.verify(net(), 3), GeomError, ["VNN-LIB", "geom.OutputProperty", "int"]),
    (lambda tmp: geom.verify(net(), geom.OutputProperty([([[1]], [0])], dim=1), BOX), GeomError, ["1 outputs", "network has 2"]),
    (lambda tmp: geom.OutputProperty(([[1, 2]], [0]), dim=2), DomainError, ["pairs (C, d)", "[([[1, -1]], [0])]"]),
    (lambda tmp: geom.OutputProperty([([[1, 2]], [0])], dim=3), DomainError, ["polyhedron 0", "(1, 2)", "(m, 3)"]),
    (lambda tmp: never(1).contains("x"), DomainError, ["outputs", "(n, 2)", "'x' is no number"]),
    # --- pictures ---
    (lambda tmp: geom.plot_boundary(3), GeomError, ["expected a geom.Boundary, got int", "part.decision_boundary()"]),
    (lambda tmp: geom.plot_boundary(part()), GeomError, ["expected a geom.Boundary, got Partition", "part.decision_boundary()"]),
    (lambda tmp: geom.plot_angles(None), GeomError, ["expected a geom.Boundary, got NoneType"]),
    (lambda tmp: geom.plot_partition(net()), GeomError, ["expected a geom.Partition, got Network", "geom.subdivide"]),
    (lambda tmp: geom.plot_partition(part(), ax=3), GeomError, ["ax: expected matplotlib Axes, got int", "subplots()"]),
    (lambda tmp: geom.plot_partition(part(), points=[1, 2]), DomainError, ["points must be (n, 2)", "[[...]]"]),
    (lambda tmp: geom.plot_partition(part(), points=[[0, 0]], labels=[1, 2]), DomainError, ["labels must be (1,)", "(2,)"]),
    (lambda tmp: geom.plot_partition(geom.subdivide(net())), DomainError, ["unbounded", "geom.Box"]),
    (lambda tmp: geom.plot_partition(geom.subdivide(wide(3), geom.Box([0] * 3, [1] * 3))), DomainError, ["two dimensions", "has 3", "net.restrict"]),
    (lambda tmp: geom.plot_boundary_3d(boundary()), DomainError, ["three dimensions", "geom.plot_boundary"]),
    (lambda tmp: geom.plot_angles(boundary(), bins=3), DomainError, ["bins=3", "even"]),
    (lambda tmp: geom.plot_distances([["far"]]), DomainError, ["distances", "geom.distance", "'far' at (0, 0) is no number"]),
    # --- files that are read ---
    (lambda tmp: geom.load(tmp / "none.npz"), LoadError, ["none.npz: no such file"]),
    (lambda tmp: geom.load(folder(tmp)), LoadError, ["folder.npz: is a directory, not a file"]),
    (lambda tmp: geom.load(tmp), LoadError, ["is a directory, not a file"]),
    (lambda tmp: geom.load(text(tmp, "net.txt", "W0")), LoadError, ["'.txt'", ".npz, .onnx"]),
    (lambda tmp: geom.load(text(tmp, "net.pt", "W0")), LoadError, ["'.pt'", "geom.from_torch", "torch.load"]),
    (lambda tmp: geom.load(text(tmp, "net.joblib", "W0")), LoadError, ["'.joblib'", "geom.from_sklearn", "joblib.load"]),
    (lambda tmp: geom.load(3), LoadError, ["3: is not the path of a file"]),
    (lambda tmp: geom.load(text(tmp, "net.npz")), LoadError, ["net.npz: is not an intact .npz archive"]),
    (lambda tmp: geom.load(saved(tmp)), LoadError, ["cells.npz: holds the cells of a network", "geom.open"]),
    (lambda tmp: geom.load(network_file(tmp, W1=[[np.nan, 1.0]])), LoadError, ["net.npz: layer 1: weight", "NaN"]),
    (lambda tmp: geom.load(network_file(tmp, W3=[[1.0]], b3=[0.0])), LoadError, ["net.npz: the key 'W2' is missing"]),
    (lambda tmp: geom.load(network_file(tmp, activation="gelu")), LoadError, ["net.npz: layer 0", "'gelu'", "known: relu"]),
    (lambda tmp: geom.load(""), LoadError, ["the path is empty; name a file"]),
    (lambda tmp: geom.load("x" * 300 + ".npz"), LoadError, ["cannot be read", "File name too long"]),
    (lambda tmp: geom.load("n\0.npz"), LoadError, ["cannot be read", "null"]),
    (lambda tmp: geom.load("x" * 300), LoadError, ["the suffix ''", ".npz, .onnx"]),
    (lambda tmp: geom.load(b"net.npz"), LoadError, ["b'net.npz': is not the path of a file"]),
    (lambda tmp: geom.open(io.BytesIO(b"")), LoadError, ["an object of the class BytesIO: is not the path of a file"]),
    (lambda tmp: geom.load_vnnlib(latin(tmp)), LoadError, ["latin.vnnlib: is not a text file", "position"]),
    (lambda tmp: geom.open(3), LoadError, ["3: is not the path of a file"]),
    (lambda tmp: geom.open(network_file(tmp)), LoadError, ["is not a saved partition", "geom.load"]),
    (lambda tmp: geom.open(cut_short(tmp)), LoadError, ["half.npz", "cut short"]),
    (lambda tmp: geom.open(saved(tmp, format=np.array("geom partition 99"))), LoadError, ["'geom partition 99'", "this version of geom reads"]),
    (lambda tmp: geom.open(flipped(tmp)), LoadError, ["cells.npz", "checksum", "altered", "save the partition anew"]),
    (lambda tmp: geom.load_vnnlib(vnnlib(tmp, "(assert (<= X_0 1)")), LoadError, ["property.vnnlib: line 3", "never closed"]),
    (lambda tmp: geom.load_vnnlib(vnnlib(tmp, "(assert (<= X_0 one))")), LoadError, ["property.vnnlib: line 3", "'one'"]),
    (lambda tmp: geom.load_vnnlib(vnnlib(tmp, "", "(assert (<= (* X_0 X_0) 1))")), LoadError, ["property.vnnlib: line 4", "not linear"]),
    (lambda tmp: geom.verify(net(), tmp / "none.vnnlib"), LoadError, ["none.vnnlib: no such file"]),
    # --- files that are written ---
    (lambda tmp: part().save(3), SaveError, ["3: cannot be written", "path", "int"]),
    (lambda tmp: part().save(""), SaveError, ["the path is empty; name a file"]),
    (lambda tmp: part().save("c\0.npz"), SaveError, ["cannot be written", "null"]),
    (lambda tmp: part().save(tmp / ("x" * 300)), SaveError, ["cannot be written", "File name too long"]),
    (lambda tmp: part().save(fifo(tmp)), SaveError, ["pipe.npz: cannot be written", "it is a device or a pipe", "name a file"]),
    (lambda tmp: part().save(network_file(tmp) / "cells.npz"), SaveError, ["there is no folder", "net.npz"]),
    (lambda tmp: part().save(folder(tmp)), SaveError, ["folder.npz: cannot be written", "it is a folder", "name a file in it"]),
    (lambda tmp: part().save(tmp / "no" / "cells.npz"), SaveError, ["there is no folder", "make it first"]),
    (lambda tmp: geom.subdivide(*many(), out=tmp / "no" / "cells.npz", progress=press_ctrl_c), SaveError, ["there is no folder", "make it first"]),
]


def check_message(message, words):
    assert all(word in message for word in words), message
    assert "\n" not in message
    assert 0 < len(message) < 700
    assert "object at 0x" not in message


@pytest.mark.parametrize("row", ROWS, ids=lambda row: " ".join(row[2])[:70])
def test_an_error_says_what_where_and_what_to_do(row, tmp_path):
    provoke, kind, words = row
    with pytest.raises(GeomError) as caught:
        provoke(tmp_path)
    assert type(caught.value) is kind
    check_message(str(caught.value), words)


@pytest.mark.parametrize("row", ROWS[:60], ids=lambda row: " ".join(row[2])[:70])
def test_errors_survive_pickling(row, tmp_path):
    with pytest.raises(GeomError) as caught:
        row[0](tmp_path)
    again = pickle.loads(pickle.dumps(caught.value))
    assert (type(again), str(again)) == (type(caught.value), str(caught.value))


def test_what_is_not_there_is_an_index_error_and_a_key_error():
    for ask in (lambda: part()[99], lambda: part().find([0, 0, 1]), lambda: boundary()[99]):
        with pytest.raises(IndexError):
            ask()
        with pytest.raises(KeyError) as caught:
            ask()
        assert not str(caught.value).startswith("'")


def test_a_pipe_outlives_an_attempt_to_save_there(tmp_path):
    pipe = fifo(tmp_path)
    (tmp_path / "link.npz").symlink_to(pipe)
    for path in (pipe, tmp_path / "link.npz"):
        with pytest.raises(SaveError, match="it is a device or a pipe"):
            part().save(path)
    assert pipe.is_fifo()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.npz", "pipe.npz"]


@pytest.mark.skipif(not os.path.isdir("/sys/kernel"), reason="there is no folder in which nobody may write")
def test_a_folder_in_which_nobody_may_write_is_named():
    with pytest.raises(SaveError) as caught:
        part().save("/sys/kernel/cells.npz")
    check_message(str(caught.value), ["/sys/kernel/cells.npz: cannot be written: "])


# --- a disk that is full ------------------------------------------------------------------------------------------------------------------


@contextmanager
def full_disk():
    """No file may grow beyond some bytes. Kernels are compiled and kept before, and pytest writes to its own file after."""
    part()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_leaves_the_old_file_and_says_so(tmp_path):
    (tmp_path / "cells.npz").write_text("before", encoding="utf-8")
    with full_disk(), pytest.raises(SaveError) as caught:
        part().save(tmp_path / "cells.npz")
    check_message(str(caught.value), ["cells.npz: cannot be written", "File too large"])
    assert (tmp_path / "cells.npz").read_text(encoding="utf-8") == "before"
    assert [path.name for path in tmp_path.iterdir()] == ["cells.npz"]


def test_cells_that_could_not_be_saved_are_not_lost(tmp_path):
    with full_disk(), pytest.raises(SaveError) as caught:
        geom.subdivide(net(), BOX, out=tmp_path / "cells.npz")
    check_message(str(caught.value), ["cells.npz: cannot be written", "what was found is in the attribute `partial`"])
    assert len(caught.value.partial) == 7


# --- packages that are not there ----------------------------------------------------------------------------------------------------------

MISSING = [
    ("torch", lambda tmp: geom.from_torch(3), "pip install 'geom-engine[torch]'"),
    ("sklearn.neural_network", lambda tmp: geom.from_sklearn(3), "pip install 'geom-engine[sklearn]'"),
    ("onnx", lambda tmp: geom.load(text(tmp, "net.onnx", "onnx")), "pip install 'geom-engine[onnx]'"),
    ("pandas", lambda tmp: part().to_frame(), "pip install 'geom-engine[frame]'"),
    ("matplotlib", lambda tmp: geom.plot_partition(part()), "pip install 'geom-engine[plot]'"),
    (
        "plotly",
        lambda tmp: geom.plot_boundary_3d(geom.subdivide(wide(3), geom.Box([-1] * 3, [1] * 3)).decision_boundary(), backend="plotly"),
        "[plotly]",
    ),
]


@pytest.mark.parametrize(("package", "provoke", "advice"), MISSING)
def test_a_missing_package_comes_with_the_command_that_installs_it(package, provoke, advice, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(geom.MissingDependency) as caught:
        provoke(tmp_path)
    assert isinstance(caught.value, ImportError)
    check_message(str(caught.value), [package.split(".")[0].replace("sklearn", "scikit-learn"), advice])


# --- models of other packages -------------------------------------------------------------------------------------------------------------


def torch_rows():
    nn = pytest.importorskip("torch").nn
    line = nn.Linear(2, 2)
    return [
        (3, ["int: is not a torch.nn.Module", "geom.load", "geom.Network.mlp"]),
        (line.state_dict(), ["is not a torch.nn.Module", "state dict", "load_state_dict"]),
        ("net.pt", ["str: is not a torch.nn.Module", "torch.load"]),
        (nn.Sequential(line, nn.Tanh()), ["Sequential: module 1 (Tanh '1')", "not read", "ReLU"]),
        (nn.Sequential(line, nn.Softmax(1)), ["module 1 (Softmax '1')", "changes no decision", "leave it out"]),
        (nn.Sequential(nn.Conv2d(1, 1, 1)), ["holds no Linear"]),
        (nn.Sequential(nn.Linear(2, 3), nn.Linear(2, 1)), ["module 1 (Linear '1')", "3", "2"]),
        (nn.Linear(2, 2).half(), ["float16", "float32", "module.double()"]),
    ]


def test_torch_modules_that_are_not_read_say_why():
    for module, words in torch_rows():
        with pytest.raises(LoadError) as caught:
            geom.from_torch(module)
        check_message(str(caught.value), words)


def test_a_torch_module_is_no_path():
    module = pytest.importorskip("torch").nn.Linear(1, 1)
    with pytest.raises(LoadError) as caught:
        geom.load(module)
    check_message(str(caught.value), ["is not the path of a file", "geom.from_torch takes a module"])


def test_sklearn_estimators_that_are_not_read_say_why():
    network = pytest.importorskip("sklearn.neural_network")
    rows = [
        (3, ["int: is neither an MLPClassifier nor an MLPRegressor", "pipeline[-1]"]),
        (network.MLPClassifier(), ["MLPClassifier: is not fitted", "fit"]),
        (network.MLPRegressor(activation="tanh"), ["'tanh' is not piecewise affine", "'relu' and 'identity'"]),
    ]
    for estimator, words in rows:
        with pytest.raises(LoadError) as caught:
            geom.from_sklearn(estimator)
        check_message(str(caught.value), words)


def test_onnx_operators_that_are_not_read_say_which_and_where(tmp_path):
    onnx = pytest.importorskip("onnx")
    value = onnx.helper.make_tensor_value_info
    for operator, words in (("Tanh", ["node 0 (Tanh", "not read", "Relu"]), ("Softmax", ["node 0 (Softmax", "changes no decision", "leave it out"])):
        ends = [[value(name, onnx.TensorProto.FLOAT, [1, 2])] for name in "xy"]
        graph = onnx.helper.make_graph([onnx.helper.make_node(operator, ["x"], ["y"])], "g", *ends)
        onnx.save(onnx.helper.make_model(graph), tmp_path / "net.onnx")
        with pytest.raises(geom.UnsupportedOperator) as caught:
            geom.load(tmp_path / "net.onnx")
        check_message(str(caught.value), ["net.onnx", *words])


# --- the command line ---------------------------------------------------------------------------------------------------------------------

# Arguments, in a folder with net.npz (2 inputs, 1 output), four.npz (4 inputs), cells.npz, property.vnnlib (1 input) and a folder; words of the line.
COMMANDS = [
    ("fly", ["No such command 'fly'", "geom --help"]),
    ("subdivide", ["Missing argument 'FILE'", "geom subdivide --help"]),
    ("subdivide net.npz", ["no domain is given", "--box LOW HIGH", "--space", "--vnnlib FILE"]),
    ("subdivide net.npz --box -1 1 --space", ["more than one domain is given", "take one of"]),
    ("subdivide net.npz --low 0,0", ["--low and --high go together"]),
    ("subdivide net.npz --low 0,0 --high 1", ["low has 2 entries and high has 1"]),
    ("subdivide net.npz --box 1 -1", ["inverted", "low comes first"]),
    ("subdivide net.npz --box 0 one", ["high: 'one' is not a finite number"]),
    ("subdivide net.npz --space --upto 7", ["upto=7", "1 hidden layer;"]),
    ("subdivide net.npz --space --max-cells 0", ["--max-cells", "x>=1", "--help"]),
    ("subdivide net.npz --space --max-seconds -1", ["seconds must be a positive number", "-1"]),
    ("subdivide net.npz --space --count --out c.npz", ["--plot and --out need the cells of one domain", "--count keeps none"]),
    ("subdivide net.npz --box -1 1 --out no/c.npz", ["no/c.npz: cannot be written", "there is no folder"]),
    ("subdivide net.npz --box -1 1 --out folder", ["folder: cannot be written", "it is a folder"]),
    ("subdivide net.npz --box -1 1 --out net.npz", ["net.npz: cannot be written", "it is the input"]),
    ("subdivide net.npz --box -1 1 --plot p.doc", ["p.doc", "'.doc' is no picture format", ".png"]),
    ("subdivide four.npz --box -1 1 --plot p.png", ["only two dimensions can be drawn", "4 inputs"]),
    ("subdivide none.npz --space", ["none.npz: no such file"]),
    ("subdivide folder --space", ["folder: is a directory, not a file"]),
    ("subdivide cells.npz --space", ["cells.npz: holds the cells of a network", "geom check, graph and boundary"]),
    ("subdivide net.npz --vnnlib property.vnnlib", ["takes 2 inputs", "1 dimensions"]),
    ("plot net.npz --space --out p.png", ["unbounded", "geom.Box"]),
    ("graph net.npz --box -1 1 --out g.doc", ["g.doc", "'.doc' is no format of graphs", ".graphml"]),
    ("graph cells.npz --space", ["cells.npz holds cells with their own domain", "give no other one"]),
    ("boundary net.npz --box -1 1 --classes 0 9", ["--classes", "one output", "zero set"]),
    ("verify net.npz", ["Missing option '--vnnlib'", "geom verify --help"]),
    ("verify net.npz --vnnlib net.npz", ["net.npz"]),
    ("check net.npz", ["net.npz: is not a saved partition", "geom.load"]),
    ("check cells.npz --level all", ["'all'", "'cells', 'closure', 'volume'"]),
    ("estimate net.npz --box -1 1 --probes 3", ["--probes", "x>=200"]),
]


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    tmp = tmp_path_factory.mktemp("files")
    network_file(tmp)
    np.savez(tmp / "four.npz", W0=np.eye(4), b0=np.zeros(4), W1=np.ones((1, 4)), b1=[0.0])
    part().save(tmp / "cells.npz")
    vnnlib(tmp, "(assert (<= X_0 1))", "(assert (>= X_0 0))", "(assert (<= Y_0 1))")
    folder(tmp, "folder")
    return tmp


@pytest.mark.parametrize(("command", "words"), COMMANDS)
def test_the_command_line_says_it_in_one_line(command, words, files, monkeypatch):
    monkeypatch.chdir(files)
    result = CliRunner().invoke(main, command.split())
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert line.startswith("geom: ")
    check_message(line, words)
