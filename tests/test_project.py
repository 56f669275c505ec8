"""Facts about the project as a whole: what is shipped, and the rules that no single module can break unseen."""

import ast
import importlib
import inspect
import pkgutil
import re
import tomllib
from pathlib import Path

import numpy as np
import pytest

import geom

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "docs" / "examples"
NETWORKS = {  # half width of a box round the data (that of `make run`), least accuracy
    "digits": (1, 0.95),
    "wine": (1, 0.9),
    "iris": (4, 0.95),
    "digits-64": (1, 0.95),
    "digits-784": (1, 0.95),
}


def stored(path):
    with np.load(path, allow_pickle=False) as file:
        return dict(file)


def weights_and_biases(arrays):
    depth = (len(arrays) - 1) // 2
    return [(arrays[f"W{i}"], arrays[f"b{i}"]) for i in range(depth)]


def test_every_network_of_the_examples_is_tested_here():
    assert {path.stem for path in EXAMPLES.glob("*.npz") if not path.stem.endswith("-data")} == set(NETWORKS)


@pytest.mark.parametrize("name", NETWORKS)
def test_a_shipped_network_holds_finite_arrays_whose_shapes_chain(name):
    arrays = stored(EXAMPLES / f"{name}.npz")
    layers = weights_and_biases(arrays)
    assert set(arrays) == {"activation", *(f"{kind}{i}" for kind in "Wb" for i in range(len(layers)))}
    assert arrays["activation"].shape == ()
    assert str(arrays["activation"]) == "relu"
    width = stored(EXAMPLES / f"{name}-data.npz")["x"].shape[1]
    for weight, bias in layers:
        assert weight.shape == (len(bias), width)
        assert np.isfinite(weight).all()
        assert np.isfinite(bias).all()
        width = len(bias)


@pytest.mark.parametrize(("name", "half_width", "accuracy"), [(name, *facts) for name, facts in NETWORKS.items()])
def test_a_shipped_network_classifies_the_data_beside_it(name, half_width, accuracy):
    data = stored(EXAMPLES / f"{name}-data.npz")
    assert set(data) == {"x", "y", "feature_names"}
    assert np.abs(data["x"]).max() <= half_width
    assert len(data["feature_names"]) == data["x"].shape[1]
    *hidden, (weight, bias) = weights_and_biases(stored(EXAMPLES / f"{name}.npz"))
    z = data["x"]
    for a, b in hidden:
        z = np.maximum(z @ a.T + b, 0)
    logits = z @ weight.T + bias
    chosen = logits.argmax(axis=1) if logits.shape[1] > 1 else logits[:, 0] > 0
    assert (chosen == data["y"]).mean() > accuracy


def test_shipped_files_are_small():
    assert [path.name for path in EXAMPLES.iterdir() if path.is_file() and path.stat().st_size > 50_000] == []


def imported_modules(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module


def test_one_file_imports_pycddlib_as_the_license_says():
    importers = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "geom").rglob("*.py")
        if any(module.split(".")[0] == "cdd" for module in imported_modules(path))
    }
    assert importers == {"geom/polyhedra/polyhedron.py"}
    assert "exactly one file,\ngeom/polyhedra/polyhedron.py, imports it" in (ROOT / "LICENSE").read_text(encoding="utf-8")


def test_no_module_has_the_name_of_a_public_function():
    modules = {module.name for module in pkgutil.iter_modules(geom.__path__)}
    public = [name for name in dir(geom) if not name.startswith("_")]
    assert [name for name in public if name in modules and not inspect.ismodule(getattr(geom, name))] == []


# Each may import, when it is loaded, from those before it only. A name that does not stand here is an error.
ROOMS = [
    "compiling",
    "errors",
    "exact",
    "doubles",
    "arguments",
    "storage",
    "progress",
    "budget",
    "kernels",
    "networks",
    "polyhedra",
    "engine",
    "questions",
    "adjacency",
    "power",
    "sites",
    "distances",
    "loaders",
    "ranges",
    "boundary",
    "partition",
    "proof",
    "arrangement",
    "examples",
    "bounds",
    "estimates",
    "verification",
    "pictures",
    "commands",
]


def imported_when_loaded(node):
    """Names of modules of the package that the statements of a module import, but not those of functions or for type checkers."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ImportFrom) and child.module and child.module.split(".")[0] == "geom":
            yield from (child.module.split(".")[1:2] or [alias.name for alias in child.names])
        elif not isinstance(child, ast.FunctionDef) and not (isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)):
            yield from imported_when_loaded(child)


def test_every_package_imports_only_from_those_below_it():
    upwards = []
    for path in sorted((ROOT / "geom").rglob("*.py")):
        room = path.relative_to(ROOT / "geom").with_suffix("").parts[0]
        if room in ("__init__", "__main__"):
            continue
        names = set(imported_when_loaded(ast.parse(path.read_text(encoding="utf-8")))) - {"__version__"}
        upwards += [(path.name, name) for name in names if ROOMS.index(name) > ROOMS.index(room)]
    assert upwards == []


def test_the_page_on_the_way_of_data_names_modules_and_functions_that_there_are():
    page = (ROOT / "docs" / "data-flow.md").read_text(encoding="utf-8")
    named = [name for name in re.findall(r"`([a-z]\w*(?:\.\w+)+)`", page) if name.split(".")[0] in ROOMS]
    assert len(named) > 20
    missing = []
    for name in named:
        *module, last = name.split(".")
        path = ROOT.joinpath("geom", *module)
        is_module = (path / f"{last}.py").exists()
        if not is_module and not hasattr(importlib.import_module(".".join(["geom", *module])), last):
            missing.append(name)
    assert missing == []


def test_license_and_citation_agree_with_the_project_file():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8").splitlines()
    assert "cff-version: 1.2.0" in citation
    assert f"version: {project['version']}" in citation
    assert f"license: {project['license']}" in citation
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("BSD 3-Clause License\n")
