"""Whitney numbers of a matrix of exact rows: the coefficients of its characteristic polynomial, from the lattice of its flats.

Flats are found rank by rank modulo a prime (`geom.kernels.counts.flats`). Rows that are independent modulo a prime are independent. Rows that are
dependent modulo p are dependent if p exceeds Hadamard's bound on all minors; where it does not, each time that two rows fell into one class their
dependence is proven by the exact rank of the few rows concerned, and a prime that divides a minor it should not is replaced by the next one.

Of rank r, the flats of rank r - 1 are counted only, and the last coefficient follows from the others: they add up to 0 with alternating signs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, islice
from math import comb, isqrt

import numpy as np
from flint import fmpz_mat
from numpy.typing import NDArray

from geom.errors import GeomError
from geom.exact import Row
from geom.kernels.counts.flats import Flats, count_covers, list_covers
from geom.kernels.counts.projection import Scratch
from geom.kernels.numbers.modular import MERSENNE
from geom.kernels.tables.hashing import EMPTY, fill
from geom.power.integers import largest_primes

__all__ = ["whitney_numbers"]

Ints = NDArray[np.int64]
CHUNK = 1 << 14
MOST_BYTES = 8 << 30
MOST_SETS = 10**9  # looked at for general position: hours


def whitney_numbers(rows: Sequence[Row]) -> list[int]:
    """Absolute values of the Whitney numbers of the first kind, w_0 to w_r, of a central arrangement of rank r.

    Parameters
    ----------
    rows : sequence of (n,) integer rows
        Nonzero, no two of them proportional.

    Raises
    ------
    GeomError
        If the flats would take more than 8 GB, or their numbers more than 64 bits, or if 10^9 sets of r - 2 rows do not decide on general position.

    Notes
    -----
    w_k is the sum of the Moebius numbers of the flats of rank k: Rota (1964); with all subsets of r rows independent, that is C(m, k) for k < r.

    Examples
    --------
    The braid arrangement of three coordinates: t^3 - 3 t^2 + 2 t.

    >>> whitney_numbers([(1, -1, 0), (1, 0, -1), (0, 1, -1)])
    [1, 3, 2]
    """
    if not rows:
        return [1]
    short = _full_columns(rows)
    rank, m = len(short[0]), len(rows)
    if rank == 1:
        return [1, 1]
    with np.errstate(over="ignore"):  # hashes wrap around, also where the compiler is off
        if _is_uniform(short):
            numbers = [comb(m, k) for k in range(rank)]
        else:
            numbers = next(found for found in (_numbers_modulo(short, p) for p in _primes()) if found is not None)
    return [*numbers, abs(sum((-1) ** k * w for k, w in enumerate(numbers)))]


def _primes() -> Iterator[int]:
    yield MERSENNE
    count = 1
    while True:
        yield largest_primes(count)[-1]
        count += 1


def _full_columns(rows: Sequence[Row]) -> list[Row]:
    """As many columns as the rank, such that every set of rows keeps its rank."""
    echelon, _, rank = fmpz_mat(len(rows), len(rows[0]), [v for row in rows for v in row]).rref()
    pivots = [next(c for c in range(len(rows[0])) if echelon[i, c] != 0) for i in range(rank)]
    return [tuple(row[c] for c in pivots) for row in rows]


def _exceeds_minors(p: int, rows: Sequence[Row]) -> bool:
    """Hadamard: no minor exceeds the product of the lengths of its rows, which are at least 1."""
    squares = sorted((sum(v * v for v in row) for row in rows), reverse=True)
    product = 1
    for square in squares[: len(rows[0])]:
        product *= square
    return isqrt(product) + 1 < p


def _residues(rows: Sequence[Row], p: int) -> Ints:
    return np.array([[v % p for v in row] for row in rows], dtype=np.int64)


def _scratch(m: int, rank: int) -> Scratch:
    size = 1 << (2 * m).bit_length()
    return Scratch(
        reduced=np.zeros((rank, rank), np.int64),
        pivot=np.zeros(rank, np.int64),
        free=np.zeros(rank, np.int64),
        point=np.zeros((m, rank + 1), np.int64),
        first=np.zeros(m, np.int64),
        chain=np.zeros(m, np.int64),
        slot=np.zeros(size, np.int64),
        stamp=np.zeros(size, np.int64),
        mask=np.zeros(-(-m // 64), np.uint64),
        merged=np.zeros((m + CHUNK, 3), np.int64),
        done=np.zeros(3, np.int64),
    )


def _is_uniform(rows: Sequence[Row]) -> bool:
    """Whether any `rank` rows are independent: proven if true. False also where a prime divides a minor, which no answer depends on."""
    m, rank = len(rows), len(rows[0])
    residues, scratch = _residues(rows, MERSENNE), _scratch(m, rank)
    # A set of rank - 2 rows, and two rows before all of them: every set of `rank` rows is met once.
    subsets = combinations(range(m - 1, -1, -1), rank - 2)
    looked = 0
    while chunk := list(islice(subsets, CHUNK)):
        if looked > MOST_SETS:
            raise GeomError(
                f"{m} hyperplanes of rank {rank}: whether any {rank} are independent is not known after {looked:,} of {comb(m, rank - 2):,} sets; "
                "geom.count walks the cells"
            )
        looked += len(chunk)
        basis = np.array(chunk, dtype=np.int64).reshape(len(chunk), rank - 2)
        least = basis[:, -1].copy() if rank > 2 else np.full(1, m, dtype=np.int64)
        counts = np.empty(len(chunk), dtype=np.int64)
        count_covers(residues, Flats(basis, least, np.zeros((0, 1), np.uint64), least), 0, counts, scratch, MERSENNE, False)
        if (counts != least).any():
            return False
    return True


def _numbers_modulo(rows: Sequence[Row], p: int) -> list[int] | None:
    """w_0 to w_(r - 1); None if p divides a minor that is not zero."""
    m, rank = len(rows), len(rows[0])
    if comb(m, rank - 1) >= 2**62:  # no Whitney number below the last one is larger
        raise GeomError(f"{m} hyperplanes of rank {rank} may have more than 2^62 regions: too many to be counted by their flats")
    residues, scratch = _residues(rows, p), _scratch(m, rank)
    wants_merged = not _exceeds_minors(p, rows)
    flats = _empty(1, 0, m)
    flats.least[0], flats.moebius[0] = m, 1
    numbers = [1]
    for _ in range(rank - 2):
        covers = _covers(rows, residues, flats, scratch, p, wants_merged)
        if covers is None:
            return None
        flats = covers
        numbers.append(_total(np.abs(flats.moebius)))
    counts = np.empty(len(flats.least), dtype=np.int64)
    done = 0
    while done < len(counts):
        done = count_covers(residues, flats, done, counts, scratch, p, wants_merged)
        if not _are_proven(rows, flats, scratch):
            return None
    return [*numbers, _total(np.abs(flats.moebius) * counts)]


def _covers(rows: Sequence[Row], residues: Ints, flats: Flats, scratch: Scratch, p: int, wants_merged: bool) -> Flats | None:
    """All flats of the next rank."""
    m, k = len(rows), flats.basis.shape[1] + 1
    room = 2 * m + len(flats.least)
    covers, slots = _empty(room, k, m), _table(room)
    scratch.done[:2] = 0
    done = 0
    while True:
        done = list_covers(residues, flats, done, covers, slots, scratch, p, wants_merged)
        if not _are_proven(rows, flats, scratch):
            return None
        count = int(scratch.done[1])
        if done == len(flats.least):
            return _first(covers, count)
        if count + m > room or 2 * (count + m) > len(slots):
            room *= 2
            larger = _empty(room, k, m)
            for new, old in zip(larger, covers, strict=True):
                new[:count] = old[:count]
            covers, slots = larger, _table(room)
            fill(slots, covers.mask[:count])


def _first(flats: Flats, count: int) -> Flats:
    return Flats(flats.basis[:count].copy(), flats.least[:count].copy(), flats.mask[:count].copy(), flats.moebius[:count].copy())


def _empty(room: int, k: int, m: int) -> Flats:
    if room * (k + 4 + m // 64) * 8 > MOST_BYTES:
        raise GeomError(
            f"{m} hyperplanes have more than {room // 2:,} flats of rank {k}: over {MOST_BYTES >> 30} GB; geom.count needs no such memory"
        )
    return Flats(np.zeros((room, k), np.int64), np.zeros(room, np.int64), np.zeros((room, -(-m // 64)), np.uint64), np.zeros(room, np.int64))


def _table(room: int) -> NDArray[np.uint64]:
    return np.full(1 << (2 * room).bit_length(), EMPTY)


def _are_proven(rows: Sequence[Row], flats: Flats, scratch: Scratch) -> bool:
    """Whether all merged pairs of rows are proportional modulo their flat over the rationals; the list is then empty again."""
    for n, j, other in scratch.merged[: scratch.done[0]].tolist():
        chosen = [rows[i] for i in (*flats.basis[n].tolist(), j, other)]
        if fmpz_mat(len(chosen), len(chosen[0]), [v for row in chosen for v in row]).rank() == len(chosen):
            return False
    scratch.done[0] = 0
    return True


def _total(values: Ints) -> int:
    """Exact sum of integers of at most 2^62."""
    return int(values.astype(object).sum()) if values.size and int(values.max()) > 2**62 // values.size else int(values.sum())
