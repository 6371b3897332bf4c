import sys
from math import sqrt


def within(houses, radius):
    """Is there a place on the road with every house within the radius? An intersection of intervals."""
    left, right = -1e9, 1e9
    for x, y in houses:
        if abs(y) > radius:
            return False
        reach = sqrt(radius * radius - y * y)
        left = max(left, x - reach)
        right = min(right, x + reach)
    return left <= right


houses = [tuple(map(float, row.split())) for row in list(sys.stdin)[1:]]
low, high = 0.0, 30000.0
for _ in range(60):
    radius = (low + high) / 2
    if within(houses, radius):
        high = radius
    else:
        low = radius
print(f"{high:.8f}")
