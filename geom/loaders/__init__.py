"""From files and from other libraries' objects to a `Network`; from property files to a domain and a set of outputs.

Every float is taken as the dyadic rational it is and affine maps are folded exactly, so a loaded network is the real-number function of
the stored weights. Nothing in a file is executed, and nothing outside the file is read.

`files` looks at the suffix. `npz`, `onnx_graph` (with `onnx_operators` and `onnx_constants`), `torch_module` and `sklearn_estimator` feed a `chain`;
`vnnlib` (with `sexpr` and `formula`) gives a domain, which may be a `FlatBox`, and an `OutputProperty`; `source`: where in a file an error is.
"""

from __future__ import annotations

from geom.loaders.files import load
from geom.loaders.sklearn_estimator import from_sklearn
from geom.loaders.torch_module import from_torch
from geom.loaders.vnnlib import load_vnnlib
from geom.polyhedra.flat_box import FlatBox
from geom.polyhedra.output_property import OutputProperty

__all__ = ["FlatBox", "OutputProperty", "from_sklearn", "from_torch", "load", "load_vnnlib"]
