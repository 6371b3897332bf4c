import sys

a, b = map(str.strip, sys.stdin)
n, m = len(a), len(b)
# common[i][j]: length of the longest common subsequence of a[i:] and b[j:]
common = [[0] * (m + 1) for _ in range(n + 1)]
for i in range(n - 1, -1, -1):
    row, below = common[i], common[i + 1]
    for j in range(m - 1, -1, -1):
        if a[i] == b[j]:
            row[j] = below[j + 1] + 1
        else:
            row[j] = below[j] if below[j] > row[j + 1] else row[j + 1]
merged = []
i = j = 0
while i < n and j < m:
    if a[i] == b[j]:
        merged.append(a[i])
        i, j = i + 1, j + 1
    elif common[i + 1][j] >= common[i][j + 1]:
        merged.append(a[i])
        i += 1
    else:
        merged.append(b[j])
        j += 1
print("".join(merged) + a[i:] + b[j:])
