import io
import sys

MODULUS = 1000000007


def times(a, b):
    columns = list(zip(*b))
    return [[sum(x * y for x, y in zip(row, column)) % MODULUS for column in columns] for row in a]


n, k, *kinds = map(int, io.FileIO(0).readall().split())
colours = [0] * 12
for length, count in zip(kinds[::2], kinds[1::2]):
    colours[length - 1] += count
# The state is (ways for n, n - 1, ..., n - 11); one step appends a field.
step = [colours] + [[int(i == j) for j in range(12)] for i in range(11)]
state = [[1]] + [[0] for _ in range(11)]
while n:
    if n % 2:
        state = times(step, state)
    step = times(step, step)
    n //= 2
sys.stdout.buffer.write(b"%d\n" % state[0][0])
