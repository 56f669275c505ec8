"""scikit-learn's multilayer perceptrons."""

from __future__ import annotations

import sys
import warnings
from fractions import Fraction

import numpy as np
import pytest

from geom.errors import LoadError, MissingDependency
from geom.loaders import from_sklearn

neural = pytest.importorskip("sklearn.neural_network")
RNG = np.random.default_rng(0)
X = RNG.standard_normal((40, 3))


def fitted(kind, y, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it has not converged, and need not
        return kind(hidden_layer_sizes=(6, 5), max_iter=10, random_state=0, **options).fit(X, y)


@pytest.mark.parametrize(("activation", "widths"), [("relu", (6, 5)), ("identity", ())])
@pytest.mark.parametrize("targets", [X[:, 0], X[:, :2]], ids=["one output", "two outputs"])
def test_a_regressor_is_the_network_that_it_predicts_with(activation, widths, targets):
    estimator = fitted(neural.MLPRegressor, targets, activation=activation)
    net = from_sklearn(estimator)
    assert net.widths == widths
    np.testing.assert_allclose(net(X).reshape(targets.shape), estimator.predict(X), rtol=1e-12, atol=1e-12)


def test_the_outputs_of_a_classifier_are_logits():
    estimator = fitted(neural.MLPClassifier, RNG.integers(3, size=40))
    logits = from_sklearn(estimator)(X)
    np.testing.assert_allclose(np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True), estimator.predict_proba(X), rtol=1e-10)


def test_two_classes_have_one_logit():
    estimator = fitted(neural.MLPClassifier, RNG.integers(2, size=40))
    logits = from_sklearn(estimator)(X)
    np.testing.assert_allclose(1 / (1 + np.exp(-logits[:, 0])), estimator.predict_proba(X)[:, 1], rtol=1e-10)


def test_weights_are_taken_exactly():
    estimator = fitted(neural.MLPRegressor, X[:, 0])
    net = from_sklearn(estimator)
    assert (net.hidden[0].weight.fractions() == [[Fraction(v) for v in row] for row in estimator.coefs_[0].T]).all()
    assert (net.head.bias.fractions()[:, 0] == [Fraction(v) for v in estimator.intercepts_[-1]]).all()


def test_what_is_no_fitted_piecewise_affine_perceptron_is_refused():
    with pytest.raises(LoadError, match="MLPRegressor: is not fitted"):
        from_sklearn(neural.MLPRegressor())
    with pytest.raises(LoadError, match="MLPRegressor: the activation 'tanh' is not piecewise affine"):
        from_sklearn(fitted(neural.MLPRegressor, X[:, 0], activation="tanh"))
    with pytest.raises(LoadError, match="dict: is neither"):
        from_sklearn({})


def test_weights_that_are_no_numbers_are_refused_with_their_layer():
    estimator = fitted(neural.MLPRegressor, X[:, 0])
    estimator.coefs_[1][0, 0] = np.nan
    with pytest.raises(LoadError, match=r"MLPRegressor: layer 1 .*: 1 of 30 entries are NaN"):
        from_sklearn(estimator)


def test_without_scikit_learn_the_error_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.neural_network", None)
    with pytest.raises(MissingDependency, match=r"pip install 'geom-engine\[sklearn\]'"):
        from_sklearn(object())
