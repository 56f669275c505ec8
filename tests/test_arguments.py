"""Whatever is handed to a public function, it answers, or says in a `GeomError` what is wrong with it: nothing of numpy's or Python's comes out."""

import io
import math

import numpy as np
import pytest
from matplotlib.figure import Figure
from scipy.sparse import csr_array

import geom

pandas = pytest.importorskip("pandas")

BOX = geom.Box([-1, -1], [1, 1])
NET = geom.Network.mlp([[[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]], [[1.0, 1.0, 1.0], [0.0, 1.0, -1.0]]], [[0.0, 0.0, -0.5], [0.0, 0.25]])
UNSAFE = geom.OutputProperty([([[1, -1]], [0])], dim=2)
SPACE = geom.Network.mlp([np.eye(3), [[1.0] * 3]], [[0.0] * 3, [-1.0]])
X = [[0.1, 0.2]]


class Odd:
    """An object of a class that nobody knows."""


class Mute:
    """An object that can neither be shown nor be an array."""

    def __repr__(self):
        raise RuntimeError("no words")

    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("no array")


ODD = [
    *(None, 3, -1, 0, 1.5, math.nan, True, 10**400, 1j, "x", b"x", Odd(), int, {}, {"a": 1}, [], [[]], [1, 2, 3], [math.nan, 1.0], [1j, 0]),
    *([["a"]], [None, 1], [10**400, 0], [[1, 2], [3]], np.ones((2, 2, 2)), np.array(["a", "b"])),
    *(
        Mute(),
        {1, 2},
        (i for i in range(2)),
        "ä漢",
        "\0",
        "",
        "x" * 300,
        10**5000,
        np.float64(0.5),
        np.datetime64("2020-01-01"),
        np.eye(2, dtype=np.longdouble),
    ),
    *(
        csr_array(np.eye(2)),
        np.ma.masked_equal(np.eye(2), 0),
        np.array([[1, None]], dtype=object),
        np.zeros((0, 2)),
        np.zeros((2, 2), dtype="f4,f4"),
        np.eye(2, dtype=np.longdouble),
    ),
    *(pandas.DataFrame([["a", 1]]), pandas.Series([1.0, None]), io.BytesIO(b"")),
]


def calls():
    """Public functions and methods, each with arguments that it takes; flags are taken by their truth, and are left out."""
    part = geom.subdivide(NET, BOX)
    boundary, surface = part.decision_boundary(), geom.subdivide(SPACE, geom.Box([-2] * 3, [2] * 3)).decision_boundary()
    diagram, square, turn = geom.PowerDiagram([[0, 0], [1, 1]], [0, 0]), [[1, 0], [0, 1]], {"weight": [[1, 0], [0, 1]], "output": [1, 1]}
    layer = {"weight": np.eye(2), "bias": [0, 0], "row": [[0, 0], [1, 1]], "slope": [[0, 1], [0, 1]]}
    ax = Figure().add_subplot()
    return {
        "Layer": (geom.Layer, layer),
        "Layer.leaky_relu": (geom.Layer.leaky_relu, {"weight": square, "bias": [0, 0], "slope": 0.5}),
        "Network": (geom.Network, {"layers": NET.layers}),
        "Network.mlp": (geom.Network.mlp, {"weights": [square, [[1, 1]]], "biases": [[0, 0], [0]], "activation": "relu"}),
        "network": (lambda x: NET(x), {"x": X}),
        "network.code": (NET.code, {"x": X}),
        "network.affine": (NET.affine, {"code": [1, 0, 1], "upto": 1}),
        "network.exact_code": (NET.exact_code, {"x": [0, 1]}),
        "network.upto": (NET.upto, {"layers": 1}),
        "network.restrict": (NET.restrict, {"origin": [0, 0], "basis": [[1, 1]]}),
        "load": (geom.load, {"path": "none.npz"}),
        "load_vnnlib": (geom.load_vnnlib, {"path": "none.vnnlib"}),
        "open": (geom.open, {"path": "none.npz"}),
        "Box": (geom.Box, {"low": [-1, -1], "high": [1, 1]}),
        "box.contains": (BOX.contains, {"x": X}),
        "HPolytope": (geom.HPolytope, {"A": [[1, 0], [0, 1], [-1, -1]], "b": [1, 1, 1]}),
        "OutputProperty": (geom.OutputProperty, {"polyhedra": [([[1, -1]], [0])], "dim": 2}),
        "property.contains": (UNSAFE.contains, {"y": X}),
        "Budget": (geom.Budget, {"cells": 1, "seconds": 1.0, "memory": 1}),
        "plane": (geom.plane, {"p": [0, 0, 1], "q": [0, 1, 0], "r": [1, 0, 0]}),
        "line": (geom.line, {"net": NET, "x": [-1, -1], "y": [1, 1]}),
        "subdivide": (geom.subdivide, {"net": NET, "domain": BOX, "upto": None, "budget": None, "engine": None}),
        "subdivide to a file": (lambda out: geom.subdivide(NET, BOX, out=out), {"out": None}),
        "count": (geom.count, {"net": NET, "domain": BOX, "upto": None, "budget": None, "engine": None}),
        "walk": (lambda **given: next(geom.walk(**given)), {"net": NET, "x": [0.1, 0.2], "domain": BOX, "budget": None}),
        "estimate": (geom.estimate, {"net": NET, "domain": BOX, "probes": 200, "seed": 0, "budget": None, "confidence": 0.95}),
        "segment_statistics": (geom.segment_statistics, {"net": NET, "domain": BOX, "n": 2, "seed": 0}),
        "expected_crossings": (geom.expected_crossings, {"n_units": 3, "x": [0, 1], "y": [1, 0], "weight_std": 1.0, "bias_std": 1.0}),
        "relu_turn": (geom.relu_turn, turn | {"unit": 0, "firing": [1]}),
        "abs_turn": (geom.abs_turn, turn | {"unit": 0}),
        "equal_relu_turn": (geom.equal_relu_turn, turn | {"n_firing": 1}),
        "verify": (geom.verify, {"net": NET, "unsafe": UNSAFE, "domain": BOX, "budget": None}),
        "distance": (geom.distance, {"net": NET, "x": X, "layer": None, "domain": BOX}),
        "linear_distance": (geom.linear_distance, {"net": NET, "x": X, "i": 0, "j": 1}),
        "PartitionPolynomial": (geom.PartitionPolynomial, {"net": NET, "upto": None}),
        "PowerDiagram": (geom.PowerDiagram, {"mu": [[0, 0], [1, 1]], "rad": [0, 0]}),
        "diagram.assign": (diagram.assign, {"x": X}),
        "diagram.cell": (diagram.cell, {"i": 0}),
        "diagram.power": (diagram.power, {"x": X, "sites": [0]}),
        "unit_sites": (geom.sites.unit_sites, {"layer": NET.hidden[0], "unit": 0}),
        "layer_sites": (geom.sites.layer_sites, {"layer": NET.hidden[0], "codes": [[0, 1, 1]]}),
        "affected_codes": (geom.sites.affected_codes, {"layer": NET.hidden[0], "unit": 0, "piece": 1}),
        "whole_diagram": (geom.sites.whole_diagram, {"part": part}),
        "secondary_cone": (geom.sites.secondary_cone, {"part": part}),
        "site": (geom.site, {"net": NET, "x": X, "layer": 0}),
        "check": (geom.check, {"part": part, "level": None, "sample": 2, "seed": 0}),
        "bounds.table": (geom.bounds.table, {"net": NET}),
        "bounds.validate": (geom.bounds.validate, {"part": part, "known": None}),
        "examples.sawtooth": (geom.examples.sawtooth, {"depth": 2}),
        "examples.montufar": (geom.examples.montufar, {"dim": 2, "widths": (3, 2)}),
        "examples.random_network": (geom.examples.random_network, {"widths": [2, 3, 1], "init": "he", "bias_std": 0.1, "seed": 0}),
        "arrangement": (geom.arrangement.characteristic_polynomial, {"A": square, "b": [0, 0]}),
        "part[i]": (part.__getitem__, {"index": 1}),
        "part.find": (part.find, {"code": part.codes[0]}),
        "part.locate": (part.locate, {"x": X}),
        "part.cell_at": (part.cell_at, {"x": X[0]}),
        "part.graph": (part.graph, {"nodes": [0, 1]}),
        "part.neighbours": (part.neighbours, {"i": 1}),
        "part.within": (part.within, {"i": 0, "k": 1}),
        "part.path": (part.path, {"x": [-1, -1], "y": [1, 1]}),
        "part.select": (part.select, {"unit": 0, "layer": 0, "piece": 1}),
        "part.refine": (part.refine, {"net": NET}),
        "part.sites": (part.sites, {"layer": 0, "weights": None}),
        "part.decision_boundary": (part.decision_boundary, {"i": 0, "j": 1}),
        "part.decision_distance": (part.decision_distance, {"x": X, "i": None, "j": None}),
        "part.edge": (part.edge, {"layer": 0, "unit": 0}),
        "part.range": (part.range, {"c": [1, 0], "offset": 0}),
        "part.zero_set": (part.zero_set, {"c": [1, 0], "offset": 0}),
        "boundary[i]": (boundary.__getitem__, {"index": 0}),
        "boundary.distance": (boundary.distance, {"x": X}),
        "boundary.annotate": (boundary.annotate, {"graph": part.graph()}),
        "plot_partition": (geom.plot_partition, {"part": part, "ax": ax, "points": X, "labels": [1]}),
        "plot_boundary": (geom.plot_boundary, {"boundary": boundary, "ax": ax}),
        "plot_boundary_3d": (geom.plot_boundary_3d, {"boundary": surface, "ax": Figure().add_subplot(projection="3d")}),
        "plot_angles": (geom.plot_angles, {"boundary": boundary, "ax": ax, "bins": 4}),
        "plot_distances": (geom.plot_distances, {"distances": [[1.0, 0.5]], "ax": ax, "bins": 5, "name": ""}),
    }


CALLS = calls()


def refusal(function, given):
    """What the function says against its arguments, if anything; any other exception is an error of the test."""
    try:
        function(**given)
    except geom.GeomError as error:
        return str(error)
    return None


@pytest.mark.filterwarnings("ignore:invalid value encountered in cast")
@pytest.mark.parametrize("name", CALLS)
def test_only_errors_of_this_package_come_out_of_a_public_function(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # some write to a file called x
    monkeypatch.setenv("MPLBACKEND", "agg")
    function, given = CALLS[name]
    for argument in given:
        for odd in ODD:
            if argument == "ax" and odd is None:
                continue  # opens a figure of pyplot
            message = refusal(function, given | {argument: odd})
            assert message is None or (message and "\n" not in message), (argument, odd)
