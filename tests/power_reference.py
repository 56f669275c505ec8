"""Power diagrams by definition, in fractions: the least of all powers, and each cell as what all inequalities leave. No code of `geom`.

A row (a, b) means a x + b >= 0. Site i has no more power than site j where (mu_i - mu_j) x + beta_i - beta_j >= 0.
"""

from fractions import Fraction
from typing import NamedTuple

from reference import extreme_rays, has_interior, minimal_faces, rank


class Cell(NamedTuple):
    """Dimension (-1: empty), the sites across its facets, the number of its vertices, and whether it is bounded."""

    dim: int
    neighbours: tuple
    n_vertices: int
    is_bounded: bool


def power(mu, rad, x):
    """The power of a point to every site."""
    return [sum((Fraction(a) - Fraction(b)) ** 2 for a, b in zip(x, site, strict=True)) - Fraction(r) for site, r in zip(mu, rad, strict=True)]


def assign(mu, rad, x):
    """The first site of least power."""
    powers = power(mu, rad, x)
    return powers.index(min(powers))


def forms(mu, rad):
    """Rows (mu, beta)."""
    exact = [[Fraction(v) for v in site] for site in mu]
    return [[*site, (Fraction(r) - sum(v * v for v in site)) / 2] for site, r in zip(exact, rad, strict=True)]


def rows_of(mu, rad, i):
    """The inequalities of cell i, without those that are 0 >= 0; None if one of them is 0 >= a positive number."""
    own = forms(mu, rad)[i]
    rows = [row for row in ([a - b for a, b in zip(own, other, strict=True)] for other in forms(mu, rad)) if any(row)]
    return None if any(not any(row[:-1]) and row[-1] < 0 for row in rows) else [row for row in rows if any(row[:-1])]


def cells(mu, rad):
    """All cells; of equal sites only the first has neighbours and is one."""
    dim = len(mu[0])
    sizes = [_size(rows_of(mu, rad, i), dim) for i in range(len(mu))]
    full = [i for i, (size, _, _) in enumerate(sizes) if size == dim and forms(mu, rad)[i] not in forms(mu, rad)[:i]]
    return [
        Cell(size, tuple(j for j in full if i in full and i != j and _share_a_facet(mu, rad, i, j)), *rest) for i, (size, *rest) in enumerate(sizes)
    ]


def _size(rows, dim):
    """Dimension of {a x + b >= 0}, the number of its vertices, and whether it is bounded."""
    faces = None if rows is None else minimal_faces(rows, dim)
    if not faces:
        return -1, 0, True
    rays = extreme_rays(rows, dim)
    always = frozenset.intersection(*faces, *rays)
    slopes = [row[:-1] for row in rows]
    has_lines = rank(slopes) < dim
    return dim - rank([slopes[i] for i in always]), 0 if has_lines else len(faces), not has_lines and not rays


def _share_a_facet(mu, rad, i, j):
    """Whether full-dimensional cells meet in dimension d - 1: all other inequalities leave an interior on the plane of equal power."""
    plane = [a - b for a, b in zip(forms(mu, rad)[i], forms(mu, rad)[j], strict=True)]
    if not any(plane[:-1]):
        return False
    at = next(c for c, v in enumerate(plane) if v)
    others = []
    for row in rows_of(mu, rad, i):
        rest = [v - row[at] / plane[at] * w for c, (v, w) in enumerate(zip(row, plane, strict=True)) if c != at]
        if any(rest):
            others.append(rest)
        elif row[at] / plane[at] < 0:
            return False
    return has_interior(others)
