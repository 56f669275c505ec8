"""A saved partition comes back bit by bit; a file that is anything else is refused in words, and a failed save leaves nothing behind."""

from __future__ import annotations

import gzip
import os
import pickle
import stat
import zipfile
from fractions import Fraction
from io import BytesIO

import numpy as np
import pytest
from cases import CASES, random_problem

import geom
from geom.exact import Dyadic
from geom.networks.layer import Layer
from geom.storage import checksum

PLANE = geom.Network.mlp([[[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]], [[1.0, 1.0, 1.0]]], [[0.0, 0.0, -0.5], [0.0]])
SEEDS = [0, 1, 2, 3]
KEYS = ("words", "witness", "is_proven", "is_bounded", "facet_at", "facet")


def seven_cells():
    return geom.subdivide(PLANE, geom.Box([-1, -1], [1, 1]))


def round_trip(part, folder):
    part.save(folder / "cells.npz")
    return geom.open(folder / "cells.npz")


def assert_equal(one, other):
    for key in KEYS:
        a, b = getattr(one.columns, key), getattr(other.columns, key)
        assert a.dtype == b.dtype
        assert a.shape == b.shape
        assert a.tobytes() == b.tobytes(), key
    assert one.columns.exact_witness == other.columns.exact_witness
    assert (one.stats, one.seconds, one.is_complete) == (other.stats, other.seconds, other.is_complete)
    for a, b in zip(one.network.layers, other.network.layers, strict=True):
        assert (a.weight.fractions() == b.weight.fractions()).all()
        assert (a.bias.fractions() == b.bias.fractions()).all()
        assert a.row.tobytes() == b.row.tobytes()
        assert a.slope.tobytes() == b.slope.tobytes()
    assert type(one.domain) is type(other.domain)
    for a, b in zip(one.domain.hrep(exact=True), other.domain.hrep(exact=True), strict=True):
        assert (a == b).all()


# --- what is saved comes back ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("problem", [*CASES, *map(random_problem, SEEDS)], ids=str)
def test_a_partition_comes_back_bit_by_bit(problem, tmp_path):
    part = geom.subdivide(problem.network(), problem.region())
    assert_equal(part, round_trip(part, tmp_path))


def test_cells_of_a_file_are_those_of_the_walk(tmp_path):
    part = seven_cells()
    back = round_trip(part, tmp_path)
    assert [cell.volume(exact=True) for cell in back] == [cell.volume(exact=True) for cell in part]
    assert [cell.facets for cell in back] == [cell.facets for cell in part]
    assert back.locate(part.witnesses).tolist() == list(range(7))


def test_a_domain_of_thirds_comes_back_exactly(tmp_path):
    part = geom.subdivide(PLANE, geom.Box(["-1/3", "0.1"], ["2/3", 10**400 // 10**399]))
    back = round_trip(part, tmp_path)
    assert back.domain.exact_low.tolist() == [Fraction(-1, 3), Fraction(1, 10)]


def test_integers_beyond_all_doubles_come_back_exactly(tmp_path):
    # 3**9000 has 4,295 decimal digits and its square more than Python converts to decimal text.
    huge = Dyadic.column([Fraction(3**18000), Fraction(-1, 2**60)])
    net = geom.Network([Layer.relu(np.eye(2), [0.0, 0.0]), Layer.linear(np.eye(2), huge)])
    part = seven_cells()
    other = geom.Partition(net, part.domain, geom.subdivide(PLANE, part.domain, upto=1).columns.head(0), part.stats, 0.0)
    back = round_trip(other, tmp_path)
    assert back.network.head.bias.fractions()[:, 0].tolist() == [Fraction(3**18000), Fraction(-1, 2**60)]


def test_exact_witnesses_come_back(tmp_path):
    part = seven_cells()
    part.columns.exact_witness[3] = (Fraction(1, 3**100), Fraction(-2))
    assert round_trip(part, tmp_path)[3].exact_witness == (Fraction(1, 3**100), Fraction(-2))


DEEP = geom.Network.mlp([[[1.0, 0.0], [0.0, 1.0]], [[1.0, 1.0], [1.0, -1.0]], [[1.0, 1.0]]], [[0.0, 0.0], [-0.5, 0.25], [-0.25]], "abs")


@pytest.mark.parametrize("upto", [0, 1])
def test_a_partition_of_the_first_layers_comes_back_as_one(tmp_path, upto):
    part = geom.subdivide(DEEP, geom.Box([-1, -1], [1, 1]), upto=upto)
    back = round_trip(part, tmp_path)
    assert_equal(part, back)
    assert back.whole_network.widths == DEEP.widths
    for one in (part, back):
        with pytest.raises(geom.GeomError, match=rf"one of the first {upto} of 2 hidden layers \(upto={upto}\)"):
            one.decision_boundary()
    assert (back.refine().codes == geom.subdivide(DEEP, part.domain, upto=upto + 1).codes).all()


def test_a_partition_of_the_older_format_is_one_of_all_layers(tmp_path, arrays):
    older = {key: array for key, array in arrays.items() if key != "upto"} | {"format": np.array("geom partition 2")}
    back = opened(tmp_path, older)
    assert back.has_all_layers
    assert back.codes.tolist() == seven_cells().codes.tolist()


@pytest.mark.parametrize("upto", [-1, 2])
def test_more_layers_than_there_are_is_refused(tmp_path, arrays, upto):
    with pytest.raises(geom.LoadError, match=f"upto={upto}"):
        opened(tmp_path, {**arrays, "upto": np.int64(upto)})


def test_subdivide_with_out_saves_the_same(tmp_path):
    part = geom.subdivide(PLANE, geom.Box([-1, -1], [1, 1]), out=tmp_path / "cells")
    assert_equal(part, geom.open(tmp_path / "cells"))


def test_a_file_has_no_pickle_in_it_and_the_usual_permissions(tmp_path):
    seven_cells().save(tmp_path / "cells.npz")
    with np.load(tmp_path / "cells.npz", allow_pickle=False) as archive:
        assert all(archive[key].dtype != object for key in archive.files)
    (tmp_path / "other").touch()
    assert stat.S_IMODE(os.stat(tmp_path / "cells.npz").st_mode) == stat.S_IMODE(os.stat(tmp_path / "other").st_mode)


# --- what cannot be saved ----------------------------------------------------------------------------------------------------------------------


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(geom.SaveError, match=r"nowhere.cells\.npz: cannot be written: there is no folder .*nowhere; make it first"):
        seven_cells().save(tmp_path / "nowhere" / "cells.npz")


def test_a_failed_save_leaves_the_old_file_and_no_draft(tmp_path, monkeypatch):
    part, path = seven_cells(), tmp_path / "cells.npz"
    path.write_bytes(b"before")

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(geom.SaveError, match="No space left on device") as caught:
        part.save(path)
    assert path.read_bytes() == b"before"
    assert [p.name for p in tmp_path.iterdir()] == ["cells.npz"]
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.path, again.reason, str(again)) == (caught.value.path, caught.value.reason, str(caught.value))


def test_a_folder_cannot_be_overwritten(tmp_path):
    with pytest.raises(geom.SaveError):
        seven_cells().save(tmp_path)
    assert list(tmp_path.iterdir()) == []


# --- what is no saved partition ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def arrays(tmp_path):
    seven_cells().save(tmp_path / "good.npz")
    with np.load(tmp_path / "good.npz") as archive:
        return dict(archive)


def opened(folder, arrays):
    """What a file with these arrays is opened as, whose checksum is right: that of damage is tested by itself."""
    np.savez(folder / "bad.npz", **{**arrays, "checksum": np.array(checksum(arrays))})
    return geom.open(folder / "bad.npz")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(geom.LoadError, match=r"none\.npz: no such file"):
        geom.open(tmp_path / "none.npz")


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(geom.LoadError, match="is a directory"):
        geom.open(tmp_path)


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04", b"\x93NUMPY\x01\x00", bytes(1000)])
def test_other_bytes_are_refused(tmp_path, content):
    (tmp_path / "bad.npz").write_bytes(content)
    with pytest.raises(geom.LoadError, match=r"bad\.npz"):
        geom.open(tmp_path / "bad.npz")


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_file_is_refused(tmp_path, part):
    seven_cells().save(tmp_path / "cells.npz")
    data = (tmp_path / "cells.npz").read_bytes()
    (tmp_path / "bad.npz").write_bytes(data[: int(part * len(data))])
    with pytest.raises(geom.LoadError, match="cut short"):
        geom.open(tmp_path / "bad.npz")


def test_a_flipped_byte_is_refused(tmp_path, arrays):
    seven_cells().save(tmp_path / "cells.npz")
    data = bytearray((tmp_path / "cells.npz").read_bytes())
    at = data.find(arrays["witness"].tobytes())
    data[at + 3] ^= 1
    (tmp_path / "bad.npz").write_bytes(data)
    with pytest.raises(geom.LoadError, match="CRC"):
        geom.open(tmp_path / "bad.npz")


def saved_bytes(folder):
    seven_cells().save(folder / "cells.npz")
    return (folder / "cells.npz").read_bytes()


def opened_or_refused(folder, data):
    """The partition of these bytes, or the message that refuses them, which is one line that a terminal can show."""
    (folder / "bad.npz").write_bytes(data)
    try:
        return geom.open(folder / "bad.npz"), None
    except geom.LoadError as error:
        message = str(error).removeprefix(f"{folder / 'bad.npz'}: ")
        assert 10 < len(message) < 200
        assert message.isprintable()
        assert "pickle" not in message
        return None, message


@pytest.mark.parametrize("seed", range(4))
def test_a_flipped_bit_is_refused_or_changes_nothing(tmp_path, seed):
    # Dates, permissions and paddings of a zip archive are read by nobody; everything else is guarded by a check sum or is the name of an entry.
    data = saved_bytes(tmp_path)
    before = geom.open(tmp_path / "cells.npz")
    refused = 0
    for bit in np.random.default_rng(seed).integers(0, 8 * len(data), 200).tolist():
        flipped = bytearray(data)
        flipped[bit // 8] ^= 1 << bit % 8
        part, message = opened_or_refused(tmp_path, bytes(flipped))
        refused += message is not None
        if part is not None:
            assert_equal(before, part)
    assert refused > 100


@pytest.mark.parametrize("seed", range(2))
def test_pieces_lost_overwritten_or_slipped_in_are_refused(tmp_path, seed):
    data, rng = saved_bytes(tmp_path), np.random.default_rng(seed)
    for _ in range(50):
        i, j = sorted(rng.choice(np.arange(1, len(data)), 2, replace=False).tolist())
        for damaged in (data[:i], data[:i] + data[j:], data[:i] + bytes(j - i) + data[j:], data[:i] + rng.bytes(9) + data[i:]):
            if damaged != data:
                assert opened_or_refused(tmp_path, damaged)[0] is None


@pytest.mark.parametrize("make", [gzip.compress, lambda data: data[::-1], lambda data: b"x" + data], ids=["gzip", "backwards", "byte before"])
def test_a_partition_in_other_wrappings_is_refused(tmp_path, make):
    assert opened_or_refused(tmp_path, make(saved_bytes(tmp_path)))[1].startswith("is not an intact .npz archive")


def test_a_single_array_is_named(tmp_path):
    np.save(tmp_path / "array.npy", np.eye(2))
    with pytest.raises(geom.LoadError, match=r"array\.npy: is a single array \(\.npy\), not an \.npz archive"):
        geom.open(tmp_path / "array.npy")


@pytest.mark.parametrize("members", [{}, {"a.txt": "hello"}, {"format.npy": "hello"}, {"format": "hello"}], ids=str)
def test_an_archive_of_something_else_is_refused(tmp_path, members):
    with zipfile.ZipFile(tmp_path / "bad.npz", "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    with pytest.raises(geom.LoadError, match=r"bad\.npz: is not a saved partition$"):
        geom.open(tmp_path / "bad.npz")


def test_an_array_larger_than_the_memory_is_refused(tmp_path, arrays):
    header = BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "<f8", "fortran_order": False, "shape": (1 << 45, 2)})
    np.savez(tmp_path / "bad.npz", **{key: array for key, array in arrays.items() if key != "witness"})
    with zipfile.ZipFile(tmp_path / "bad.npz", "a") as archive:
        archive.writestr("witness.npy", header.getvalue())
    with pytest.raises(geom.LoadError, match="is damaged"):
        geom.open(tmp_path / "bad.npz")


def test_a_path_through_a_file_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(geom.LoadError, match=r"cells\.npz: cannot be read: Not a directory$"):
        geom.open(tmp_path / "file" / "cells.npz")


def test_a_network_file_is_pointed_to_load(tmp_path):
    with pytest.raises(geom.LoadError, match=r"is not a saved partition; it holds a network, which geom\.load reads"):
        opened(tmp_path, {"W0": np.eye(2), "b0": np.zeros(2)})


def test_another_format_is_named(tmp_path, arrays):
    with pytest.raises(geom.LoadError, match="'geom partition 99'; this version of geom reads 'geom partition 3'"):
        opened(tmp_path, {**arrays, "format": np.array("geom partition 99")})


def test_pickled_objects_are_refused(tmp_path, arrays):
    np.savez(tmp_path / "bad.npz", **{**arrays, "facet": np.array([Fraction(1)], dtype=object)})
    with pytest.raises(geom.LoadError, match=r"bad\.npz: the entry 'facet' cannot be read: it holds pickled objects, which geom does not read$"):
        geom.open(tmp_path / "bad.npz")


@pytest.mark.parametrize(
    ("key", "altered"),
    [
        ("weight0", lambda weight: -weight),
        ("facet", lambda facet: facet[::-1]),
        ("witness", lambda witness: witness.T.reshape(witness.shape)),
        ("witness", lambda witness: witness.astype(np.float32)),
        ("facet_at", lambda at: at[None]),
        ("is_proven", lambda is_proven: is_proven.astype(np.int8)),
        ("seconds", lambda seconds: seconds + 1),
        ("checksum", lambda text: np.array(str(text)[::-1])),
        ("checksum", lambda text: text[None]),
        ("checksum", lambda text: np.int64(0)),
        ("another", lambda nothing: np.zeros(0)),
    ],
)
def test_what_was_altered_is_refused_by_its_checksum(tmp_path, arrays, key, altered):
    # A facet of another unit fits in all its sizes, and a graph would divide by its zero row.
    np.savez(tmp_path / "bad.npz", **{**arrays, key: altered(arrays.get(key))})
    reason = r"bad\.npz: (the contents do not match their checksum: |.* its checksum is missing$)"
    with pytest.raises(geom.LoadError, match=reason) as caught:
        geom.open(tmp_path / "bad.npz")
    assert "\n" not in str(caught.value)


def test_arrays_that_changed_their_names_or_lost_their_checksum_are_refused(tmp_path, arrays):
    swapped = {**arrays, "box_low": arrays["box_high"], "box_high": arrays["box_low"]}
    for bad, reason in ((swapped, "do not match"), ({k: v for k, v in arrays.items() if k != "checksum"}, "checksum is missing")):
        np.savez(tmp_path / "bad.npz", **bad)
        with pytest.raises(geom.LoadError, match=reason):
            geom.open(tmp_path / "bad.npz")


def test_the_checksum_does_not_depend_on_how_arrays_lie_in_memory(arrays):
    turned = {key: np.array(array, order="F") for key, array in reversed(arrays.items())}
    assert checksum(turned) == checksum(arrays) == str(arrays["checksum"])


def test_every_key_is_needed(tmp_path, arrays):
    for key in arrays.keys() - {"checksum"}:
        with pytest.raises(geom.LoadError, match=r"is missing|is not a saved partition$"):
            opened(tmp_path, {k: v for k, v in arrays.items() if k != key})


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("words", np.zeros((7, 2), np.uint64), r"words has shape \(7, 2\); expected \(any, 1\)"),
        ("words", np.zeros((7, 1)), "words has the dtype float64"),
        ("witness", np.zeros((6, 2)), r"witness has shape \(6, 2\); expected \(7, 2\)"),
        ("witness", np.full((7, 2), np.nan), "NaN or infinite"),
        ("facet_at", np.zeros(8, np.int64), "facet_at does not divide"),
        ("facet", np.zeros(3, np.int32), "facet_at does not divide"),
        ("is_proven", np.ones(8, bool), "is_proven has shape"),
        ("exact_witness_of", np.array([0]), "exact_witness has shape"),
        ("box_low", np.array([b"1/0", b"-1"]), "Fraction"),
        ("box_low", np.array([b"zz", b"-1"]), "invalid literal"),
        ("box_low", np.array([b"7", b"-1"]), "inverted"),
        ("box_low", np.array([b"-1"]), "low has 1 entries"),
        ("weight0", np.full((3, 2), np.inf), "NaN or infinite"),
        ("weight0", np.zeros((3, 5)), "layer 0 puts out|takes 5 inputs"),
        ("weight0", np.array([[b"1", b"0"]] * 3), "'weight0_exponent' is missing"),
        ("row0", np.full((3, 2), 9), "outside 0..2"),
        ("n_layers", np.int64(1), "the last one is missing"),
        ("n_layers", np.int64(0), "at least one"),
        ("n_layers", np.int64(3), "is missing"),
    ],
)
def test_sizes_and_numbers_that_do_not_fit_are_named(tmp_path, arrays, key, value, reason):
    with pytest.raises(geom.LoadError, match=f"bad.npz: is not an intact saved partition: .*({reason})"):
        opened(tmp_path, {**arrays, key: value})


def test_a_facet_beyond_all_constraints_is_refused(tmp_path, arrays):
    facet = arrays["facet"].copy()
    facet[1] = 7
    with pytest.raises(geom.LoadError, match=r"outside 0\.\.6"):
        opened(tmp_path, {**arrays, "facet": facet})


def test_an_exponent_that_would_fill_the_memory_is_refused(tmp_path, arrays):
    huge = {"weight0": np.array([[b"1", b"0"]] * 3), "weight0_exponent": np.int64(2**60)}
    with pytest.raises(geom.LoadError, match="exponent"):
        opened(tmp_path, {**arrays, **huge})
