def integers():
    return (int(word) for word in input().split())


n, m = integers()
sent = set()
letters = set()
for _ in range(m):
    a, b = integers()
    sent.add(a)
    letters.add((a, b))
heard = [0] * (n + 1)
for _, b in letters:
    heard[b] += 1
answer = -1
for person in range(1, n + 1):
    if person not in sent and heard[person] == n - 1:
        answer = person
print(answer)
