"""Networks from scikit-learn's fitted multilayer perceptrons."""

from __future__ import annotations

from typing import Any

import numpy as np

from geom.errors import LoadError, MissingDependency
from geom.exact import Dyadic
from geom.loaders.chain import Chain
from geom.loaders.source import located
from geom.networks.layer import Layer
from geom.networks.network import Network

__all__ = ["from_sklearn"]


def from_sklearn(estimator: Any) -> Network:
    """Read a network from a fitted MLPClassifier or MLPRegressor.

    Parameters
    ----------
    estimator : sklearn.neural_network.MLPClassifier or MLPRegressor
        Fitted, with activation ``"relu"`` or ``"identity"``.

    Returns
    -------
    Network
        The real-number function of the fitted weights up to the linear output, before the output function. For a classifier these are the
        logits that go into softmax or logistic: one for each class or label, or a single one where there are two classes. For a regressor
        they are what it predicts, unless its loss is Poisson, where it predicts their exponential.

    Raises
    ------
    LoadError
        If the object is something else, is not fitted, has another activation, or holds NaN or infinite weights.
    MissingDependency
        If scikit-learn is not installed.

    Examples
    --------
    >>> from sklearn.neural_network import MLPRegressor                              # doctest: +SKIP
    >>> from_sklearn(MLPRegressor(hidden_layer_sizes=[8]).fit([[0], [1]], [0, 1]))    # doctest: +SKIP
    Network(1 -> 8 -> 1, 8 units)
    """
    try:
        from sklearn.neural_network import MLPClassifier, MLPRegressor
    except ImportError as error:
        raise MissingDependency("scikit-learn", "from_sklearn", "sklearn") from error

    name = type(estimator).__name__
    if not isinstance(estimator, (MLPClassifier, MLPRegressor)):
        raise LoadError(name, "is neither an MLPClassifier nor an MLPRegressor; of a pipeline give the last step, pipeline[-1]")
    if estimator.activation not in ("relu", "identity"):
        raise LoadError(name, f"the activation {estimator.activation!r} is not piecewise affine; read are 'relu' and 'identity'; fit with one")
    if not hasattr(estimator, "coefs_"):
        raise LoadError(name, "is not fitted; call its fit first")
    with located(name, "input"):
        chain = Chain(np.shape(estimator.coefs_[0])[0])
    for i, (weight, bias) in enumerate(zip(estimator.coefs_, estimator.intercepts_, strict=True)):
        if i and estimator.activation == "relu":
            chain.activate(Layer.relu)
        with located(name, f"layer {i} (coefs_[{i}], intercepts_[{i}])"):
            chain.linear(Dyadic.of(np.transpose(weight)), Dyadic.of(np.reshape(bias, (-1, 1))))
    return chain.network()
