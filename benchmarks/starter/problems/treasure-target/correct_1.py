import sys
from bisect import bisect_left
from io import StringIO, TextIOWrapper


def totals(values):
    sums = [0]
    for value in values:
        sums += [total + value for total in sums]
    return sums


input = TextIOWrapper(sys.stdin.buffer, "ascii").readline
answer = StringIO()
n, target = map(int, input().split())
values = list(map(int, input().split()))
first = totals(values[: n // 2])
second = sorted(set(totals(values[n // 2 :])))
best = None
for total in first:
    place = bisect_left(second, target - total)
    for other in second[max(0, place - 1) : place + 1]:
        key = (abs(total + other - target), total + other)
        if best is None or key < best:
            best = key
print(best[1], file=answer)
sys.stdout.write(answer.getvalue())
