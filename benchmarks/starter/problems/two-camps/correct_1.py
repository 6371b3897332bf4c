stdin = open("/dev/stdin")
n, m = map(int, stdin.readline().split())
foes = [[] for _ in range(n + 1)]
for line in stdin:
    a, b = map(int, line.split())
    foes[a].append(b)
    foes[b].append(a)
camp = [0] * (n + 1)
possible = True
for start in range(1, n + 1):
    if camp[start]:
        continue
    camp[start] = 1
    stack = [start]
    while stack:
        scout = stack.pop()
        for foe in foes[scout]:
            if camp[foe] == 0:
                camp[foe] = 3 - camp[scout]
                stack.append(foe)
            elif camp[foe] == camp[scout]:
                possible = False
print(*camp[1:]) if possible else print("IMPOSSIBLE")
