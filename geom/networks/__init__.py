"""Networks: max-affine layers in a row and a linear head, every number exact.

`layer`, `network`: what is stored; `perceptron`: it from arrays; `forward`: codes of many points, in floats with a bound; `towards`: the exact
code of one point and of those just beside it; `slices`: a network on a plane or a line through its input space.
"""

from geom.networks.layer import Layer
from geom.networks.network import Network
from geom.networks.slices import plane

__all__ = ["Layer", "Network", "plane"]
