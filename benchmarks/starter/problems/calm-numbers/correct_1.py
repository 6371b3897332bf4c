import re
import sys
from functools import lru_cache


def calm_up_to(bound):
    """How many calm numbers x with 0 <= x <= bound."""
    if bound < 0:
        return 0
    digits = list(map(int, str(bound)))

    @lru_cache(None)
    def count(place, last, twice, tight):
        # last is -1 as long as there are only leading zeros
        if place == len(digits):
            return 1
        total = 0
        for digit in range(digits[place] + 1 if tight else 10):
            still = tight and digit == digits[place]
            if last < 0:
                total += count(place + 1, digit or -1, False, still)
            elif abs(digit - last) <= 2 and not (twice and digit == last):
                total += count(place + 1, digit, digit == last, still)
        return total

    return count(0, -1, False, True)


a, b = map(int, re.findall(r"\d+", sys.stdin.read()))
print(calm_up_to(b) - calm_up_to(a - 1), file=sys.stdout)
