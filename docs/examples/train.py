"""The networks of the examples
============================

Train the example networks of this folder on data that scikit-learn carries, and store them in geom's npz format.

Run ``python docs/examples/train.py`` (package extra ``sklearn``). The build of the gallery does not run it: it would write the networks anew. For
each NAME below it writes two files beside this script:

* ``NAME.npz``, the network: ``W0, b0, W1, b1, ...`` with W_l of shape (n_l, n_{l-1}), and ``activation`` = "relu";
* ``NAME-data.npz``, what it was trained on: ``x`` (n, d), ``y`` (n,) class numbers, ``feature_names`` (d,).

The networks take the coordinates described here; no scaling is left for the user to do.

digits (2 -> 32 -> 32 -> 1)
    Is a handwritten digit, known to be 0, 3, 4 or 7, a 3 or a 4? Positive logit: yes. Inputs: the first two principal components of the
    8 x 8 images, each shifted and scaled so that the data span [-0.9, 0.9]. The two answers lie crosswise, so the boundary must bend.
wine (2 -> 32 -> 32 -> 3)
    Three cultivars from alcohol and colour intensity, each shifted and scaled so that the data span [-0.9, 0.9]. The largest logit wins.
iris (4 -> 12 -> 12 -> 3)
    Three species from sepal length, sepal width, petal length, petal width, each standardised: mean 0, variance 1; all within [-4, 4].

Every seed is fixed, so one installation gives the same files each time. Another version of scikit-learn, scipy or BLAS may round differently,
and training carries a last digit far: that is why the files themselves are kept. They were made with Python 3.11, numpy 2.4.6, scipy 1.17.1
and scikit-learn 1.9.1 on x86-64 Linux.
"""

from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits, load_iris, load_wine
from sklearn.neural_network import MLPClassifier

HERE = Path(__file__).parent


def principal_plane(x):
    """Coordinates (n, 2) along the first two principal directions, each pointed so that its largest entry is positive."""
    centred = x - x.mean(axis=0)
    directions = np.linalg.svd(centred, full_matrices=False)[2][:2]
    largest = np.abs(directions).argmax(axis=1)
    return centred @ (directions * np.sign(directions[[0, 1], largest])[:, None]).T


def spanning(x, half_width=0.9):
    """Every coordinate shifted and scaled so that it spans [-half_width, half_width]."""
    low, high = x.min(axis=0), x.max(axis=0)
    return (2 * x - (low + high)) / (high - low) * half_width


def digits():
    data = load_digits()
    chosen = np.isin(data.target, [0, 3, 4, 7])
    x = spanning(principal_plane(data.data[chosen]))
    return x, np.isin(data.target[chosen], [3, 4]).astype(np.int64), ["first principal component", "second principal component"]


def wine():
    data = load_wine()
    names = ["alcohol", "color_intensity"]
    return spanning(data.data[:, [data.feature_names.index(name) for name in names]]), data.target, names


def iris():
    data = load_iris()
    return (data.data - data.data.mean(axis=0)) / data.data.std(axis=0), data.target, data.feature_names


def train(name, x, y, feature_names, widths, seed):
    model = MLPClassifier(widths, solver="lbfgs", alpha=0.1, max_iter=2000, random_state=seed).fit(x, y)
    arrays = {f"W{i}": np.ascontiguousarray(weight.T) for i, weight in enumerate(model.coefs_)}
    arrays |= {f"b{i}": bias for i, bias in enumerate(model.intercepts_)}
    np.savez(HERE / f"{name}.npz", activation=np.array("relu"), **arrays)
    np.savez(HERE / f"{name}-data.npz", x=x, y=y, feature_names=np.array(feature_names))
    sizes = " -> ".join(str(n) for n in (x.shape[1], *widths, len(model.intercepts_[-1])))
    print(f"{name:8} {sizes:20} {len(x):4} points  training accuracy {model.score(x, y):.3f}")


if __name__ == "__main__":
    train("digits", *digits(), widths=(32, 32), seed=1)
    train("wine", *wine(), widths=(32, 32), seed=1)
    train("iris", *iris(), widths=(12, 12), seed=0)
