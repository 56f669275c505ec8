"""Faults, each planted alone, and the test that finds it (`test_mutations`).

A fault replaces `before`, which stands in `file` once, by `after`. `breaks` says in words what is wrong then; `found_by` is a test, or all cases of a
test function, that fails. Where code moves, the texts move with it: a quick test says which do not fit any more.
"""

from typing import NamedTuple


class Mutation(NamedTuple):
    """One fault."""

    file: str
    before: str
    after: str
    breaks: str
    found_by: str


EXACT = [
    Mutation(
        "geom/exact/rounding.py",
        "return numerator / denominator",
        "return float(numerator) / float(denominator)",
        "a quotient is rounded three times",
        "tests/test_exact.py::test_a_quotient_is_rounded_to_the_nearest_double",
    ),
    Mutation(
        "geom/exact/rounding.py",
        "return math.inf if numerator > 0 else -math.inf",
        "return math.inf",
        "what is too small for a double is as infinite as what is too large",
        "tests/test_exact.py::test_beyond_the_doubles_a_quotient_is_infinite_with_its_sign",
    ),
    Mutation(
        "geom/exact/rounding.py",
        "sticky = int(root * root * q != scaled)",
        "sticky = 0",
        "a root just above the middle of two doubles is rounded as the middle is",
        "tests/test_exact.py::test_a_root_beside_the_middle_of_two_doubles_goes_to_the_nearer_one",
    ),
    Mutation(
        "geom/exact/rounding.py",
        "sticky = int(integer & ((1 << excess) - 1) != 0)",
        "sticky = 0",
        "a long integer just above a tie is rounded as the tie is",
        "tests/test_exact.py::test_long_integers_are_rounded_to_53_bits_with_ties_to_even",
    ),
    Mutation(
        "geom/exact/rows.py",
        "return point if point[-1] >= 0 else tuple(-v for v in point)",
        "return point if point[-1] <= 0 else tuple(-v for v in point)",
        "every vertex is its own negative",
        "tests/test_exact.py::test_rows_meet_in_the_point_of_cramers_rule",
    ),
    Mutation(
        "geom/exact/rows.py",
        "return int(value > 0) - int(value < 0)",
        "return 1 if value >= 0 else -1",
        "zero is positive",
        "tests/test_exact.py::test_the_sign_of_a_form_is_exact",
    ),
    Mutation(
        "geom/exact/dyadic.py",
        "bit_length() <= 53 or",
        "bit_length() <= 54 or",
        "54 bits pass for a double",
        "tests/test_exact.py::test_a_double_has_53_bits",
    ),
]

FILTER = [
    Mutation(
        "geom/kernels/numbers/ball.py",
        "return INFLATE * n * U / (1.0 - n * U)",
        "return 0.0 * n",
        "rounding counts for nothing",
        "tests/test_error_bounds.py::test_gamma_bounds_the_error_of_a_sum_that_always_rounds_the_same_way",
    ),
    Mutation(
        "geom/kernels/numbers/ball.py",
        "bound: float = row[d + 1] + row[d + 2] * point[d + 1]",
        "bound: float = row[d + 1]",
        "the radius of a generator counts for nothing",
        "tests/test_error_bounds.py::test_the_radius_of_a_point_counts",
    ),
    Mutation(
        "geom/kernels/numbers/ball.py",
        "bound: float = row[d + 1] + row[d + 2] * point[d + 1]",
        "bound: float = 0.5 * (row[d + 1] + row[d + 2] * point[d + 1])",
        "the bound on a value is halved",
        "tests/test_error_bounds.py::test_the_radius_of_a_point_counts",
    ),
    Mutation(
        "geom/kernels/numbers/ball.py",
        "return int(v > m) - int(v < -m)",
        "return int(v >= -m) - int(v < -m)",
        "what is not known is positive",
        "tests/test_error_bounds.py::test_a_value_on_the_bound_is_not_told",
    ),
    Mutation(
        "geom/kernels/cells/compose.py",
        "(maps.inherited[k] + composition * maps.spread[k] + maps.noise[k])",
        "(composition * maps.spread[k] + maps.noise[k])",
        "errors of the layers below are forgotten",
        "tests/test_error_bounds.py::test_rows_and_generators_of_a_walk_are_within_their_bounds",
    ),
    Mutation(
        "geom/kernels/cells/compose.py",
        "(maps.inherited[k] + composition * maps.spread[k] + maps.noise[k])",
        "(maps.inherited[k] + maps.noise[k])",
        "composing a row costs no error",
        "tests/test_error_bounds.py::test_rows_and_generators_of_a_walk_are_within_their_bounds",
    ),
    Mutation(
        "geom/kernels/cells/compose.py",
        "changed = maps.made_for[w] ^ path.code[w]",
        "changed = NONE",
        "a layer's map stays that of another code",
        "tests/test_error_bounds.py::test_rows_and_generators_of_a_walk_are_within_their_bounds",
    ),
    Mutation(
        "geom/kernels/cells/walk.py",
        "maps.is_made[layer + 1] = False",
        "maps.is_made[layer + 1] = maps.is_made[layer + 1]",
        "a layer's map stays that of another parent",
        "tests/test_error_bounds.py::test_rows_and_generators_of_a_walk_are_within_their_bounds",
    ),
    Mutation(
        "geom/kernels/cells/refresh.py",
        "radius = _radius(trial, chosen, rows, d, fixed, inverse)",
        "radius = TINY",
        "a solve is believed unverified",
        "tests/test_error_bounds.py::test_a_refreshed_point_is_within_its_radius",
    ),
    Mutation(
        "geom/kernels/cells/refresh.py",
        "if not (row_alpha * INFLATE < 0.5 and row_radius < np.inf):",
        "if row_alpha * INFLATE >= 0.5 or row_radius >= np.inf:",
        "NaN passes for a small number",
        "tests/test_lost_numbers.py::test_a_solve_with_lost_numbers_is_no_proof",
    ),
    Mutation(
        "geom/kernels/cells/split.py",
        "radius = (1.0 - t) * p[d + 1] + t * n[d + 1] + doubt * (length + abs(p[d + 1] - n[d + 1]))",
        "radius = (1.0 - t) * p[d + 1] + t * n[d + 1]",
        "a crossing is as certain as the ends of its edge",
        "tests/test_error_bounds.py::test_a_crossing_of_an_uncertain_edge_is_within_its_radius",
    ),
    Mutation(
        "geom/kernels/numbers/twice.py",
        "return product, ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low",
        "return product, (a_high * b_high - product) + a_high * b_low + a_low * b_high",
        "the last bits of a product are lost",
        "tests/test_error_bounds.py::test_a_product_in_two_doubles_is_exact",
    ),
    Mutation(
        "geom/kernels/cells/emit.py",
        "proven = proven and v > margin(row, point, d) + row[d + 1] * point[d + 1]",
        "proven = proven and v > 0.0",
        "a witness passes for proven by its float value",
        "tests/test_degenerate.py::test_a_cell_that_holds_no_double_has_an_exact_witness",
    ),
]

WALK = [
    Mutation(
        "geom/kernels/cells/signs.py",
        "stack.code[top, w] |= gone & plus",
        "stack.code[top, w] |= gone & ~minus",
        "a tie goes to the highest piece",
        "tests/test_degenerate.py::test_cells_and_facets_are_those_of_the_reference[relu of relu]",
    ),
    Mutation(
        "geom/kernels/cells/signs.py",
        "stack.touch[top, w] = gone & zero & (plus | minus)",
        "stack.touch[top, w] = NONE",
        "coincident hyperplanes are not looked for",
        "tests/test_degenerate.py::test_cells_and_facets_are_those_of_the_reference[duplicated rows]",
    ),
    Mutation(
        "geom/kernels/cells/incidence.py",
        "if other < c or n_on[other] > n_on[c] or row_of[other] == infinity:",
        "if other < c or row_of[other] == infinity:",
        "a face inside a facet passes for a facet",
        "tests/test_degenerate.py::test_cells_and_facets_are_those_of_the_reference[a wall that touches the 4-cube in a square]",
    ),
    Mutation(
        "geom/kernels/cells/emit.py",
        "            if other != c:\n",
        "            if other < c:\n",
        "a facet forgets the other units that contain it",
        "tests/test_degenerate.py::test_cells_and_facets_are_those_of_the_reference[duplicated rows]",
    ),
    Mutation(
        "geom/kernels/cells/emit.py",
        "if stack.row_of[top, c] == infinity:",
        "if stack.row_of[top, c] == -2:",
        "every cell is bounded",
        "tests/test_space.py::test_cells_facets_and_boundedness_are_those_of_the_reference",
    ),
    Mutation(
        "geom/kernels/cells/edges.py",
        "if not (is_simple or popcount(mask[1, j]) == d) and _has_third(mask, n_pos, n_neg, n_zero, i, j, common):",
        "if False and _has_third(mask, n_pos, n_neg, n_zero, i, j, common):",
        "a diagonal of a face passes for an edge",
        "tests/test_error_bounds.py::test_generators_are_vertices_where_walls_are_doubled",
    ),
    Mutation(
        "geom/kernels/cells/integers.py",
        "LIMIT = 2.0**62",
        "LIMIT = 2.0**65",
        "sums may pass 64 bits",
        "tests/test_integers.py::test_a_sum_that_would_wrap_around_is_not_formed",
    ),
    Mutation(
        "geom/kernels/cells/integers.py",
        "return 1 if total > 0 else (-1 if total < 0 else 0)",
        "return 1 if total >= 0 else -1",
        "in integers zero is positive",
        "tests/test_degenerate.py::test_cells_and_facets_are_those_of_the_reference[relu of relu]",
    ),
    Mutation(
        "geom/engine/short.py",
        "bound *= max(steepest, 1)",
        "bound *= 1",
        "slopes do not make integer rows longer",
        "tests/test_integers.py::test_long_numbers_are_not_short",
    ),
    Mutation(
        "geom/engine/short.py",
        "LARGEST_ROW = 1 << 48",
        "LARGEST_ROW = 1 << 66",
        "integer rows may pass 64 bits",
        "tests/test_sweep.py::test_networks_of_longer_and_longer_integers_have_the_cells_and_facets_of_the_reference",
    ),
    Mutation(
        "geom/engine/oracle.py",
        "+ (sign < 0)]",
        "+ (sign > 0)]",
        "exact signs are written down the wrong way round",
        "tests/test_narrow.py::test_hyperplanes_through_a_point_that_is_no_double",
    ),
    Mutation(
        "geom/engine/oracle.py",
        "return ray if keeps else tuple(-v for v in ray)",
        "return tuple(-v for v in ray) if keeps else ray",
        "a ray points the wrong way",
        "tests/test_narrow.py::test_decimal_rows_through_a_decimal_point",
    ),
    Mutation(
        "geom/engine/oracle.py",
        "state.pool.point[g, len(point)] = U",
        "state.pool.point[g, len(point)] = 0.0",
        "coordinates that were rounded pass for exact",
        "tests/test_error_bounds.py::test_rows_and_generators_of_a_walk_are_within_their_bounds",
    ),
    Mutation(
        "geom/engine/rounding.py",
        "(2 * U * size + gamma(float(n + 3)) * size) * INFLATE + TINY, size",
        "0.0, size",
        "walls are rounded at no error",
        "tests/test_error_bounds.py::test_a_sign_that_is_told_is_the_true_one",
    ),
    Mutation(
        "geom/engine/run.py",
        "                    self._hand_over(take)\n                    return stop",
        "                    self._hand_over(None)\n                    return stop",
        "a budget drops the cells that are finished but not taken",
        "tests/test_subdivision.py::test_a_budget_of_cells_gives_the_first_so_many",
    ),
    Mutation(
        "geom/engine/run.py",
        "return columns.sorted() if len(self.start.pieces) > 1 else columns",
        "return columns",
        "cells of the whole space are not in order",
        "tests/test_sweep.py::test_integer_networks_have_the_cells_and_facets_of_the_reference",
    ),
    Mutation(
        "geom/engine/columns.py",
        "numbers = shifted(numbers, n_walls, sum(widths))",
        "numbers = shifted(numbers, 0, sum(widths))",
        "behind an idle layer walls are numbered as units",
        "tests/test_exploration.py::test_exploring_to_the_end_gives_the_cells_of_the_reference",
    ),
    Mutation(
        "geom/engine/start.py",
        "tight = [all_cut, *(all_cut - {i + 1} | {infinity} for i in range(d))]",
        "tight = [all_cut, *(all_cut - {i + 1} for i in range(d))]",
        "rays do not lie on the wall at infinity",
        "tests/test_space.py::test_cells_facets_and_boundedness_are_those_of_the_reference",
    ),
    Mutation(
        "geom/kernels/cells/guides.py",
        "if low == end:\n        asked = 0",
        "if low == end:\n        asked = 1",
        "a guided walk keeps the half without a guide",
        "tests/test_exploration.py::test_exploring_to_the_end_gives_the_cells_of_the_reference",
    ),
    Mutation(
        "geom/kernels/cells/clauses.py",
        "dead = all_wrong if is_closed else asked & ~some_right & (some_wrong | need[1, w])",
        "dead = all_wrong if is_closed else asked & ~some_right & (some_wrong | need[0, w])",
        "of two classes that tie all over a cell the higher one wins",
        "tests/test_boundary.py::test_boundaries_of_classes_that_tie_are_those_of_the_reference",
    ),
    Mutation(
        "geom/networks/towards.py",
        "code = [pieces[0] for pieces in largest]",
        "code = [pieces[-1] for pieces in largest]",
        "the exact code of a point takes the highest of tied pieces",
        "tests/test_towards.py::test_pieces_of_maxout_units_are_told_apart",
    ),
    Mutation(
        "geom/networks/forward.py",
        "proven &= height.min(axis=1, initial=np.inf) > doubt",
        "proven &= height.min(axis=1, initial=np.inf) > 0.0",
        "codes of points are proven by any value that is not 0",
        "tests/test_forward.py::test_points_within_rounding_of_a_hyperplane_are_proven_truly",
    ),
]

TOUCHING = [
    Mutation(
        "geom/kernels/tables/hashing.py",
        "same = same and words[i, w] == code[w]",
        "same = same and True",
        "codes of one hash pass for equal",
        "tests/test_integers.py::test_a_code_with_the_hash_of_another_is_not_found",
    ),
    Mutation(
        "geom/kernels/tables/neighbours.py",
        "if wall[f] >= 0 or beyond[f] >= 0:",
        "if beyond[f] >= 0:",
        "a wall of the domain has a cell beyond it",
        "tests/test_adjacency.py::test_degenerate_cells_touch_where_they_share_a_facet",
    ),
    Mutation(
        "geom/adjacency/across.py",
        "elif fires > pieces[k] and rate_here_of[source] == 0:",
        "elif False:",
        "a unit that vanishes on a cell never wakes up beyond it",
        "tests/test_across.py::test_some_neighbours_differ_in_more_units_than_their_facet_has",
    ),
    Mutation(
        "geom/adjacency/residues.py",
        "return 2 * size",
        "return 1",
        "maps are compared modulo one prime",
        "tests/test_linear_regions.py::test_a_difference_that_vanishes_modulo_the_first_primes_is_no_zero",
    ),
    Mutation(
        "geom/adjacency/maps.py",
        "equal[part] = known[part] & ~is_taken[",
        "equal[part] = known[part] & is_taken[",
        "a unit without weight cuts a linear region, and one with weight none",
        "tests/test_linear_regions.py::test_a_unit_without_weight_cuts_no_region",
    ),
    Mutation(
        "geom/adjacency/flips.py",
        "has_wall[facet[~is_unit]] = True",
        "has_wall[facet[~is_unit]] = False",
        "an exploration goes through the walls of the domain",
        "tests/test_exploration.py::test_exploring_to_the_end_gives_the_cells_of_the_reference",
    ),
]

PROOF = [
    Mutation(
        "geom/proof/levels.py",
        "if self.index.find(across) < 0:",
        "if self.index.find(across) < -1:",
        "the checker misses no cell",
        "tests/test_proof.py::test_reasons_name_cell_unit_and_wall",
    ),
    Mutation(
        "geom/proof/levels.py",
        "elif value <= 0:",
        "elif value < 0:",
        "the checker takes a witness on a facet",
        "tests/test_proof.py::test_a_witness_on_the_border_of_its_cell_is_rejected",
    ),
    Mutation(
        "geom/proof/levels.py",
        "for cell, twin in self.index.twins():",
        "for cell, twin in self.index.twins()[:0]:",
        "the checker takes a cell twice",
        "tests/test_proof.py::test_twins_are_found_outside_the_sample",
    ),
    Mutation(
        "geom/proof/levels.py",
        "if stored.reason or sorted(map(sorted, stored.groups)) != sorted(found):",
        "if stored.reason:",
        "the checker takes any facets",
        "tests/test_proof.py::test_every_corruption_is_rejected",
    ),
    Mutation(
        "geom/proof/levels.py",
        "if self.volume != expected:",
        "if self.volume > expected:",
        "the checker takes too small a volume",
        "tests/test_proof.py::test_reasons_name_cell_unit_and_wall",
    ),
    Mutation(
        "geom/proof/levels.py",
        "if bool(self.part.columns.is_bounded[cell]) != solid.is_bounded:",
        "if bool(self.part.columns.is_bounded[cell]) and not solid.is_bounded:",
        "the checker takes an unbounded cell that is bounded",
        "tests/test_proof.py::test_a_sample_proves_nothing_and_is_repeatable",
    ),
    Mutation(
        "geom/proof/across.py",
        "own[k] = int(difference > 0)",
        "own[k] = int(difference >= 0)",
        "the checker breaks ties upwards",
        "tests/test_proof.py::test_degenerate_partitions_are_accepted",
    ),
    Mutation(
        "geom/proof/solid.py",
        "zip(slanted, at, strict=True) if v < 0]",
        "zip(slanted, at, strict=True) if v < -1]",
        "the checker overlooks rows that cut a cell off",
        "tests/test_proof.py::test_any_proposal_leads_to_the_same_shape",
    ),
    Mutation(
        "geom/proof/stored.py",
        "return int(self._order[place]) if place < len(self._keys) and self._keys[place] == key[0] else -1",
        "return int(self._order[place]) if place < len(self._keys) else -1",
        "the checker finds any code among the cells",
        "tests/test_proof.py::test_reasons_name_cell_unit_and_wall",
    ),
    Mutation(
        "geom/proof/clear.py",
        "min(self.weights, default=Fraction(-1)) < 0",
        "not self.weights",
        "a certificate may have negative weights",
        "tests/test_proof.py::test_a_certificate_needs_a_negative_constant_and_weights_of_one_sign",
    ),
    Mutation(
        "geom/proof/clear.py",
        "and sums[-1] < 0",
        "and sums[-1] <= 0",
        "0 <= 0 passes for a contradiction",
        "tests/test_proof.py::test_a_certificate_needs_a_negative_constant_and_weights_of_one_sign",
    ),
    Mutation(
        "geom/proof/solid.py",
        "*lines]) == d):",
        "*lines]) >= d - 1):",
        "a ridge passes for a facet",
        "tests/test_proof.py::test_degenerate_partitions_are_accepted[a wall that touches the 4-cube in a square]",
    ),
    Mutation(
        "geom/proof/rows.py",
        "rows.append(difference if bit else tuple(-v for v in difference))",
        "rows.append(difference)",
        "the checker looks for every cell where all units fire",
        "tests/test_proof.py::test_random_partitions_are_accepted",
    ),
]

MEASURES = [
    Mutation(
        "geom/polyhedra/polyhedron.py",
        "total += abs(_determinant(edges))",
        "total += _determinant(edges)",
        "simplices have signed volumes",
        "tests/test_measures.py::test_a_polytope_has_its_known_volume",
    ),
    Mutation(
        "geom/boundary/angles.py",
        "sign = np.where(value > bound, 1, np.where(value < -bound, -1, 0)).astype(np.int8)",
        "sign = np.where(value > bound, -1, np.where(value < -bound, 1, 0)).astype(np.int8)",
        "convex angles are reflex",
        "tests/test_curvature.py::test_the_octahedron_has_one_angle",
    ),
    Mutation(
        "geom/boundary/links.py",
        "keys = np.column_stack([cells.min(axis=0), cells.max(axis=0), found.classes[of[shared]]])",
        "keys = np.column_stack([cells.min(axis=0), cells.max(axis=0)])",
        "ridges of different classes in one facet are joined",
        "tests/test_boundary_links.py::test_ridges_of_larger_networks_are_shared_iff_their_exact_vertices_are_equal",
    ),
    Mutation(
        "geom/boundary/closed_forms.py",
        "cosine = 1 - 2 * a[unit] / total",
        "cosine = 1 - a[unit] / total",
        "Proposition 7 loses its factor",
        "tests/test_closed_forms.py::test_abs_turns_are_those_of_the_gradients_whatever_the_others_do",
    ),
    Mutation(
        "geom/ranges/climb.py",
        "if value > 0 and (self.top is None",
        "if False and (self.top is None",
        "a range forgets the rays of unbounded cells",
        "tests/test_range.py::test_a_tent_on_the_line_has_a_summit_and_no_ground",
    ),
    Mutation(
        "geom/distances/contest.py",
        "key=lambda pair: (pair[0] < 0, abs(pair[0]), pair[1])",
        "key=lambda pair: (pair[0] < 0, -abs(pair[0]), pair[1])",
        "of equally near boundaries the last unit is named",
        "tests/test_distances.py::test_ties_go_to_the_lowest_unit_and_units_before_walls",
    ),
    Mutation(
        "geom/distances/challengers.py",
        "return np.where(self.cuts, np.where(low > TINY, low, 0.0), np.inf)",
        "return np.where(self.cuts, np.where(low > TINY, low, np.inf), np.inf)",
        "a boundary that may pass through the point is left out of the contest",
        "tests/test_distances.py::test_points_on_a_border_have_distance_0",
    ),
    Mutation(
        "geom/bounds/arrangements.py",
        "for j in range(min(n, most) + 1):",
        "for j in range(min(n, most)):",
        "Zaslavsky's sum ends one term early",
        "tests/test_bounds.py::test_a_generic_layer_has_zaslavsky_s_counts",
    ),
    Mutation(
        "geom/power/weighted_sites.py",
        "out[i] = _square(point - mu[chosen]) - rad[chosen]",
        "out[i] = _square(point - mu[chosen]) + rad[chosen]",
        "weights are subtracted the wrong way round",
        "tests/test_power_identities.py::test_e02_the_weight_is_a_squared_radius",
    ),
    Mutation(
        "geom/kernels/sites/carriers.py",
        "if lifted_side(sites, room, vertex[t], int(vertex[beyond, apex])) == 0:",
        "if lifted_side(sites, room, vertex[t], int(vertex[beyond, apex])) == 2:",
        "cells of a degenerate power diagram keep a triangulation's diagonals",
        "tests/test_power_families.py::test_cocircular_integer_points_are_one_cell",
    ),
    Mutation(
        "geom/kernels/cells/probes.py",
        "weight[top] = w / p_0 if u < p_0 else 0.0",
        "weight[top] = w if u < p_0 else 0.0",
        "half of an estimate is not weighted",
        "tests/test_estimates.py::test_the_mean_of_many_runs_is_the_number_of_cells[deep-3]",
    ),
    Mutation(
        "geom/kernels/counts/flats.py",
        "covers.moebius[at] -= flats.moebius[n]",
        "covers.moebius[at] = -flats.moebius[n]",
        "a flat that is reached twice counts once",
        "tests/test_counting.py::test_an_arrangement_has_its_published_regions_and_bounded_regions[braid 6]",
    ),
    Mutation(
        "geom/kernels/numbers/modular.py",
        "(low & MERSENNE) + (low >> 61)",
        "(low & MERSENNE)",
        "a product modulo 2^61 - 1 loses its highest bits",
        "tests/test_integers.py::test_products_and_inverses_modulo_a_prime_are_the_true_ones",
    ),
    Mutation(
        "geom/verification/verification.py",
        "inquiry = Inquiry(net_there, forms, place, clauses, CLOSED, stops=True)",
        "inquiry = Inquiry(net_there, forms, place, clauses, 0, stops=True)",
        "an unsafe set that is only touched is not found",
        "tests/test_verification.py::test_a_vertex_that_is_touched_violates",
    ),
]

FILES = [
    Mutation(
        "geom/partition/store.py",
        "if str(_stated_checksum(name, arrays)) != checksum(arrays):",
        "if not str(_stated_checksum(name, arrays)):",
        "a file that was altered is opened",
        "tests/test_store.py::test_what_was_altered_is_refused_by_its_checksum",
    ),
    Mutation(
        "geom/loaders/vnnlib.py",
        "        if value > 0:\n            high[j]",
        "        if value < 0:\n            high[j]",
        "inequalities of a property file point the other way",
        "tests/test_vnnlib.py::test_the_tightest_of_several_bounds_counts",
    ),
    Mutation(
        "geom/loaders/onnx_operators.py",
        'weight = matrix(constant if node.number("transB", 0) else constant.T)',
        "weight = matrix(constant.T)",
        "transB of a Gemm is ignored",
        "tests/test_loaders_onnx.py::test_a_graph_is_the_function_that_onnx_defines",
    ),
    Mutation(
        "geom/networks/layer.py",
        "return cls.scalar(weight, bias, (float(slope), 1.0))",
        "return cls.scalar(weight, bias, (-float(slope), 1.0))",
        "a leaky slope has the wrong sign",
        "tests/test_loaders.py::test_an_activation_has_its_slopes",
    ),
]

MUTATIONS = [*EXACT, *FILTER, *WALK, *TOUCHING, *PROOF, *MEASURES, *FILES]
