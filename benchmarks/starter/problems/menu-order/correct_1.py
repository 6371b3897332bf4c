import sys
from collections import deque
from itertools import islice

n, m = map(int, next(sys.stdin).split())
after = [[] for _ in range(n + 1)]
missing = [0] * (n + 1)
for line in islice(sys.stdin, m):
    a, b = map(int, line.split())
    after[a].append(b)
    missing[b] += 1
ready = deque(dish for dish in range(1, n + 1) if missing[dish] == 0)
order = []
while ready:
    dish = ready.popleft()
    order.append(dish)
    for other in after[dish]:
        missing[other] -= 1
        if missing[other] == 0:
            ready.append(other)
print(*order) if len(order) == n else print("IMPOSSIBLE")
