"""A check symbol for codes of 27 letters: one linear equation over the field GF(27).

Symbol number v stands for a polynomial over GF(3), its base-3 digits; place i weighs alpha**i,
where alpha is a root of the primitive polynomial x**3 + 2x + 1. The weights of any 26 neighbouring
places are distinct and none is zero, so every single slip and every swap of two unequal symbols
fewer than 26 places apart breaks the equation. Weights modulo 27 cannot do as much: there, two
neighbouring weights that catch slips and swaps always sum to a multiple of 3.
"""

from collections.abc import Iterable

FIELD = 27
# x**3 = x + 2 in the field: digits 2, 1, 0, lowest first.
CUBE = 2 + 3 * 1


def _plus(left: int, right: int) -> int:
    return sum((left // place + right // place) % 3 * place for place in (1, 3, 9))


def _times_alpha(value: int) -> int:
    shifted, carried = value % 9 * 3, value // 9
    for _ in range(carried):
        shifted = _plus(shifted, CUBE)
    return shifted


SUMS = tuple(tuple(_plus(left, right) for right in range(FIELD)) for left in range(FIELD))
TIMES_ALPHA = tuple(_times_alpha(value) for value in range(FIELD))
NEGATED = tuple(row.index(0) for row in SUMS)


def weighed_sum(values: Iterable[int]) -> int:
    """Return the left side of the equation (Horner's rule); zero when the check symbol fits."""
    total = 0
    for value in values:
        total = SUMS[TIMES_ALPHA[total]][value]
    return total


def check_value(values: Iterable[int]) -> int:
    """Return the value that, put behind these, makes the equation hold."""
    return NEGATED[TIMES_ALPHA[weighed_sum(values)]]
