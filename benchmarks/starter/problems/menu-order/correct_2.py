import sys
import threading

sys.setrecursionlimit(10000)
threading.stack_size(64 << 20)


class Cycle(Exception):
    pass


def main():
    lines = open(sys.stdin.fileno(), closefd=False).readlines()
    n, _ = map(int, lines[0].split())
    before = {dish: set() for dish in range(1, n + 1)}
    for line in lines[1:]:
        a, b = map(int, line.split())
        before[b].add(a)
    state = dict.fromkeys(before, "raw")
    order = []

    def cook(dish):
        if state[dish] == "begun":
            raise Cycle
        if state[dish] == "done":
            return
        state[dish] = "begun"
        for needed in sorted(before[dish]):
            cook(needed)
        state[dish] = "done"
        order.append(dish)

    try:
        for dish in range(n, 0, -1):
            cook(dish)
        print(" ".join(map(str, order)))
    except Cycle:
        print("IMPOSSIBLE")


thread = threading.Thread(target=main)
thread.start()
thread.join()
