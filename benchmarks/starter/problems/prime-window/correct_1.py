from ast import literal_eval
from itertools import compress
from math import isqrt

low, r = literal_eval(input().replace(" ", ","))
root = isqrt(r)
small = bytearray([1]) * (root + 1)
window = bytearray([1]) * (r - low + 1)
for p in range(2, root + 1):
    if small[p]:
        small[p * p :: p] = bytes(len(range(p * p, root + 1, p)))
        first = max(p * p, (low + p - 1) // p * p)
        if first <= r:
            window[first - low :: p] = bytes(len(range(first, r + 1, p)))
if low == 1:
    window[0] = 0
primes = list(compress(range(low, r + 1), window))
gaps = [q - p for p, q in zip(primes, primes[1:])]
print(len(primes), min(gaps, default=-1))
