"""Whoever waits for the compiler is told so, once."""

import logging

import pytest
from numba import njit
from numba.core import config, event

from geom.compiling import MESSAGE, Announcer


@pytest.mark.skipif(bool(config.DISABLE_JIT), reason="the compiler is off")
def test_the_first_kernel_that_is_compiled_is_announced_and_no_other(caplog):
    def add(x, y):
        return x + y

    def of(module):
        function = type(add)(add.__code__, {}, "add")
        function.__module__ = module
        return njit(function)

    announcer = Announcer()
    event.register("numba:compile", announcer)
    try:
        with caplog.at_level(logging.WARNING, logger="geom"):
            of("elsewhere.kernels")(1, 2)
            said = [[record.message for record in caplog.records]]
            for _ in range(2):
                of("geom.kernels.example")(1, 2)
                said.append([record.message for record in caplog.records if record.name == "geom"])
    finally:
        event.unregister("numba:compile", announcer)
    # The package's own announcer may speak up as well, if nothing has been compiled in this process before.
    assert said[0] == []
    assert set(said[1]) == {MESSAGE}
    assert said[2] == said[1]
