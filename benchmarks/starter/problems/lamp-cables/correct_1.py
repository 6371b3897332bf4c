import sys
from math import hypot

with sys.stdin as lines:
    first, second = lines
n, dx, dy = map(int, first.split())
places = sorted(map(int, second.split()))
total = before = 0
for count, place in enumerate(places):
    total += place * count - before
    before += place
print(total * hypot(dx, dy))
