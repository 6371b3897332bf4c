import sys


def main():
    n, _ = map(int, sys.stdin.buffer.readline().split())
    # Node i means "scout i in camp 1", node -i "scout i in camp 2"; joined nodes are true together.
    parent = {node: node for i in range(1, n + 1) for node in (i, -i)}

    def find(node):
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for line in sys.stdin.buffer:
        a, b = map(int, line.split())
        parent[find(a)] = find(-b)
        parent[find(-a)] = find(b)
    truth = {}
    camps = []
    for scout in range(1, n + 1):
        yes, no = find(scout), find(-scout)
        if yes == no:
            return "IMPOSSIBLE"
        if truth.setdefault(yes, not truth.get(no, False)):
            truth[no] = False
            camps.append("1")
        else:
            truth[no] = True
            camps.append("2")
    return " ".join(camps)


print(main())
